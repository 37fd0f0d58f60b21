"""What members think of films: current reactions, their history, and the packed form insights read."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, SmallInteger, false
from sqlalchemy.orm import Mapped, mapped_column

from schema.models.base import Base, BigId


class Rating(Base):
    """One member's reaction to one film: a rating in half-stars (1 to 10), a like, a favourite, or several.

    A row without any of these is a film known to be watched, which exports and feeds tell and crawls do not.

    No foreign keys here: checking two of them for each row held bulk upserts to 30,000 rows a second,
    against 125,000 without (PostgreSQL 18, 2 cores, 2026-11). Only `schema.store` writes this table; it
    resolves both ids first, and erasing a member or merging films is its duty too.
    """

    __tablename__ = "ratings"
    __table_args__ = (CheckConstraint("rating BETWEEN 1 AND 10", name="half_stars"),)

    member_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    film_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, index=True)
    rating: Mapped[int | None] = mapped_column(SmallInteger)
    liked: Mapped[bool] = mapped_column(server_default=false())
    favorite: Mapped[bool] = mapped_column(server_default=false())
    watched: Mapped[bool] = mapped_column(server_default=false(), doc="told as such; a rating or a like implies it")
    rated_at: Mapped[date | None] = mapped_column(doc="when the rating was given, as an export or a feed told")
    diary_entry_url: Mapped[str | None] = mapped_column(doc="the latest diary entry that an export or a feed told")
    source: Mapped[str] = mapped_column(doc="crawl, export or rss: what told rating and like, or made the row")
    observed_at: Mapped[datetime | None] = mapped_column(
        doc="when the source said rating and like, which every source tells together; newer ones are never overwritten"
    )
    favorite_source: Mapped[str | None] = mapped_column(doc="what told the favourite, which is told elsewhere")
    favorite_observed_at: Mapped[datetime | None] = mapped_column(doc="when it did")


class RatingEvent(Base):
    """Append-only: what changed for a member and a film after the member's first complete listing."""

    __tablename__ = "rating_events"
    __table_args__ = (Index("ix_rating_events_member_id_observed_at", "member_id", "observed_at"),)

    id: Mapped[BigId]
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"))
    film_id: Mapped[int] = mapped_column(ForeignKey("films.id"))
    facet: Mapped[str] = mapped_column(doc="rating, liked, watched or favorite")
    before: Mapped[int | None] = mapped_column(SmallInteger, doc="half-stars, or 0/1 for the flags")
    after: Mapped[int | None] = mapped_column(SmallInteger)
    source: Mapped[str]
    observed_at: Mapped[datetime]


class MemberVector(Base):
    """All of a member's reactions packed into four parallel byte arrays, sorted by film.

    `film_ids` big-endian int32 (Postgres' int4send), `ratings` uint8 half-stars with 0 for none, `flags`
    uint8 with bit 0 liked and bit 1 favourite, `rated_years` uint8 years since 1900 with 0 for not known.
    Rewritten in the transaction that changes the member's rows.
    """

    __tablename__ = "member_vectors"

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    film_ids: Mapped[bytes] = mapped_column(LargeBinary)
    ratings: Mapped[bytes] = mapped_column(LargeBinary)
    flags: Mapped[bytes] = mapped_column(LargeBinary)
    rated_years: Mapped[bytes] = mapped_column(LargeBinary)
    version: Mapped[int] = mapped_column(server_default="1")
