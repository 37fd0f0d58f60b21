"""Films, the slugs they have had, the people who made them, and their global rating histograms."""

from datetime import date, datetime

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Float,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    Text,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from schema.models.base import Base, BigId, CreatedAt

_EMPTY = text("'{}'::text[]")


class Film(Base):
    """One film, however it was met. `letterboxd_id` is the key; the slug may change upstream."""

    __tablename__ = "films"
    __table_args__ = (
        CheckConstraint("tmdb_type IN ('movie', 'tv')", name="tmdb_type"),
        CheckConstraint(
            "identified_by IN ('search', 'wikidata', 'catalogue', 'feed', 'page', 'manual')", name="identified_by"
        ),
        Index("ix_films_tmdb", "tmdb_type", "tmdb_id"),
        Index("ix_films_title_release_year", "title", "release_year"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    slug: Mapped[str | None] = mapped_column(unique=True)
    letterboxd_id: Mapped[int | None] = mapped_column(unique=True)
    title: Mapped[str]
    release_year: Mapped[int | None] = mapped_column(SmallInteger)
    tmdb_id: Mapped[int | None]
    tmdb_type: Mapped[str | None]
    imdb_id: Mapped[str | None]
    identified_by: Mapped[str | None] = mapped_column(doc="where the TMDB identity, or its absence, is known from")
    original_title: Mapped[str | None]
    release_date: Mapped[date | None]
    runtime_minutes: Mapped[int | None]
    poster_url: Mapped[str | None]
    primary_director: Mapped[str | None]
    collection: Mapped[str | None]
    genres: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=_EMPTY)
    countries: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=_EMPTY)
    languages: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=_EMPTY)
    page_rating_count: Mapped[int | None] = mapped_column(doc="ratings that its film page states")
    page_read_at: Mapped[datetime | None] = mapped_column(doc="when its film page stated that")
    created_at: Mapped[CreatedAt]


class FilmSlug(Base):
    """Every slug a film has had, so that an old link still finds it."""

    __tablename__ = "film_slugs"

    slug: Mapped[str] = mapped_column(primary_key=True)
    film_id: Mapped[int] = mapped_column(ForeignKey("films.id", ondelete="CASCADE"), index=True)


class CatalogueTitle(Base):
    """What an imported dump says a slug is, whether we have met the film or not; two rows of a slug conflict."""

    __tablename__ = "catalogue"
    __table_args__ = (
        PrimaryKeyConstraint("slug", "tmdb_type", "tmdb_id"),
        CheckConstraint("tmdb_type IN ('movie', 'tv')", name="tmdb_type"),
    )

    slug: Mapped[str]
    tmdb_type: Mapped[str]
    tmdb_id: Mapped[int]
    imdb_id: Mapped[str | None]


class FilmMerge(Base):
    """A film that was met under other names and found to be `kept`; `gone_id` is the row it had until then."""

    __tablename__ = "film_merges"

    id: Mapped[BigId]
    kept_id: Mapped[int] = mapped_column(ForeignKey("films.id", ondelete="CASCADE"), index=True)
    gone_id: Mapped[int | None] = mapped_column(unique=True)
    letterboxd_id: Mapped[int | None] = mapped_column(index=True)
    slug: Mapped[str | None]
    title: Mapped[str]
    release_year: Mapped[int | None] = mapped_column(SmallInteger)
    reason: Mapped[str] = mapped_column(doc="what told that they are one")
    guessed: Mapped[bool] = mapped_column(server_default=false(), doc="title and year alone told it, until a page does")
    merged_at: Mapped[CreatedAt]
    undone_at: Mapped[datetime | None] = mapped_column(doc="when a page told that they are two")


class Person(Base):
    """Someone credited on a film, keyed by TMDB's person id."""

    __tablename__ = "people"
    __table_args__ = (Index("ix_people_lower_name", text("lower(name)")),)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    tmdb_id: Mapped[int] = mapped_column(unique=True)
    name: Mapped[str]


class FilmCredit(Base):
    """`person` worked on `film` as director, writer or actor; position 0 is billed first."""

    __tablename__ = "film_credits"
    __table_args__ = (CheckConstraint("role IN ('director', 'writer', 'actor')", name="role"),)

    film_id: Mapped[int] = mapped_column(ForeignKey("films.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, index=True)
    position: Mapped[int] = mapped_column(SmallInteger)


class FilmHistogram(Base):
    """Letterboxd's own distribution of a film: ten counts, half a star to five, and its shown average."""

    __tablename__ = "film_histograms"
    __table_args__ = (CheckConstraint("cardinality(counts) = 10", name="ten_counts"),)

    film_id: Mapped[int] = mapped_column(ForeignKey("films.id", ondelete="CASCADE"), primary_key=True)
    counts: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    average: Mapped[float | None] = mapped_column(doc="Letterboxd's weighted average in stars, not the mean")
    rating_count: Mapped[int]
    fans: Mapped[int | None] = mapped_column(doc="members who have it among their favourites, as exact as shown")
    fetched_at: Mapped[datetime]


class FilmColumns(Base):
    """What filters and orders need to know of a film, in the form in which insights load it for all films at once.

    People are packed like the films of a member's vector: big-endian int32 ids of `people`, ascending.
    Rewritten in the transaction that changes the film. `changed_in` is that transaction's id: what has changed
    since a snapshot is what was changed in a transaction that the snapshot could not see, in whichever order
    transactions ended; a counter would lose those that end late.
    """

    __tablename__ = "film_columns"

    film_id: Mapped[int] = mapped_column(
        ForeignKey("films.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    title: Mapped[str]
    original_title: Mapped[str | None]
    release_year: Mapped[int | None] = mapped_column(SmallInteger)
    runtime_minutes: Mapped[int | None]
    global_average: Mapped[float | None] = mapped_column(Float, doc="mean of Letterboxd's histogram in stars")
    genres: Mapped[list[str]] = mapped_column(ARRAY(Text))
    countries: Mapped[list[str]] = mapped_column(ARRAY(Text))
    languages: Mapped[list[str]] = mapped_column(ARRAY(Text))
    directors: Mapped[bytes] = mapped_column(LargeBinary)
    writers: Mapped[bytes] = mapped_column(LargeBinary)
    actors: Mapped[bytes] = mapped_column(LargeBinary)
    changed_in: Mapped[int] = mapped_column(
        BigInteger, server_default=text("pg_current_xact_id()::text::bigint"), index=True
    )


class FilmChange(Base):
    """A transaction that changed films, their slugs, credits or histograms, or people; noted by triggers."""

    __tablename__ = "film_changes"

    changed_in: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, autoincrement=False, server_default=text("pg_current_xact_id()::text::bigint")
    )
    at: Mapped[CreatedAt]
