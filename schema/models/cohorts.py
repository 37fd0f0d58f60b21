"""Cohorts, their members, and the numbers written down about them after each sync."""

from datetime import datetime

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    Float,
    ForeignKey,
    Integer,
    PrimaryKeyConstraint,
    String,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from schema.models.base import Base, BigId, CreatedAt


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


class CohortFilmStats(Base):
    """A cohort's aggregates for one film; sums are of half-stars, averages and divergence of stars."""

    __tablename__ = "cohort_film_stats"
    __table_args__ = (PrimaryKeyConstraint("cohort_id", "film_id"),)

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohorts.id", ondelete="CASCADE"))
    film_id: Mapped[int] = mapped_column(ForeignKey("films.id", ondelete="CASCADE"), index=True)
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


class FilmRanking(Base):
    """A film's place in a cohort by one strategy; rank 1 is best."""

    __tablename__ = "film_rankings"
    __table_args__ = (PrimaryKeyConstraint("cohort_id", "strategy", "film_id"),)

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohorts.id", ondelete="CASCADE"))
    strategy: Mapped[str]
    film_id: Mapped[int] = mapped_column(ForeignKey("films.id", ondelete="CASCADE"), index=True)
    score: Mapped[float] = mapped_column(Float)
    rank: Mapped[int]
