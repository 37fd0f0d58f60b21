"""Cohorts, their members, and the numbers written down about them after each sync."""

from datetime import datetime
from typing import Annotated

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Float,
    ForeignKey,
    Integer,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from schema.models.base import Base, BigId, CreatedAt

CohortId = Annotated[int, mapped_column(BigInteger, primary_key=True, autoincrement=False)]
FilmId = Annotated[int, mapped_column(primary_key=True, autoincrement=False)]


class Cohort(Base):
    """A named, re-resolvable set of members. `definition` is what it resolves from.

    One without an owner is the installation's own: operators alone may change it.
    """

    __tablename__ = "cohorts"
    __table_args__ = (
        UniqueConstraint("owner_id", "label", postgresql_nulls_not_distinct=True),
        CheckConstraint("visibility IN ('private', 'unlisted', 'public')", name="visibility"),
    )

    id: Mapped[BigId]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    visibility: Mapped[str] = mapped_column(doc="unlisted: for those with a share, too")
    label: Mapped[str] = mapped_column(String(120))
    definition: Mapped[dict] = mapped_column(JSONB)
    version: Mapped[int] = mapped_column(server_default="1", doc="moves with the members and with their reactions")
    refreshed_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]


class CohortMember(Base):
    """Membership as of the cohort's last refresh."""

    __tablename__ = "cohort_members"

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohorts.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True, index=True)


# A row that changes finds room on its page, and the index is left alone.
_ROOM_TO_UPDATE = {"postgresql_with": {"fillfactor": 50}}


class CohortFilmStats(Base):
    """A cohort's aggregates for one film; sums are of half-stars, averages and divergence of stars.

    No foreign keys here and in the two tables below, as in `ratings`: a sync compares 250,000 of these rows for
    a cohort of 36,000 films, and may change all. Only `schema.store.stats` writes them; deleting a cohort is the
    duty of `schema.store.cohorts`.
    """

    __tablename__ = "cohort_film_stats"
    __table_args__ = _ROOM_TO_UPDATE

    cohort_id: Mapped[CohortId]
    film_id: Mapped[FilmId]
    watchers: Mapped[int]
    rated_count: Mapped[int]
    rating_sum: Mapped[int]
    rating_sum_squares: Mapped[int]
    average: Mapped[float | None] = mapped_column(Float)
    standard_deviation: Mapped[float | None] = mapped_column(Float)
    liked_count: Mapped[int]
    favorite_count: Mapped[int]
    liked_pct: Mapped[float] = mapped_column(Float, doc="per cent of watchers")
    favorite_pct: Mapped[float] = mapped_column(Float, doc="per cent of watchers")
    histogram: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    global_average: Mapped[float | None] = mapped_column(Float, doc="mean of Letterboxd's histogram")
    divergence: Mapped[float | None] = mapped_column(Float)
    agreement: Mapped[float | None] = mapped_column(Float, doc="van der Eijk's, -1 to 1")
    shape: Mapped[str]


class FilmRanking(Base):
    """A film's place in a cohort by one strategy; rank 1 is best."""

    __tablename__ = "film_rankings"
    __table_args__ = _ROOM_TO_UPDATE

    cohort_id: Mapped[CohortId]
    strategy: Mapped[str] = mapped_column(primary_key=True)
    film_id: Mapped[FilmId]
    score: Mapped[float] = mapped_column(Float)
    rank: Mapped[int]


class RankingInsights(Base):
    """Where a film stands among all films of a cohort: percentiles 0 to 100, z-scores, tags."""

    __tablename__ = "ranking_insights"
    __table_args__ = _ROOM_TO_UPDATE

    cohort_id: Mapped[CohortId]
    film_id: Mapped[FilmId]
    rating_percentile: Mapped[float | None] = mapped_column(Float)
    watcher_percentile: Mapped[float] = mapped_column(Float)
    rating_z: Mapped[float | None] = mapped_column(Float)
    watcher_z: Mapped[float] = mapped_column(Float)
    watcher_bucket: Mapped[int] = mapped_column(SmallInteger, doc="n for 2^n to 2^(n+1)-1 watchers")
    tags: Mapped[list[str]] = mapped_column(ARRAY(Text))
