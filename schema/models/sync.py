"""How data gets here: runs and their steps, listings being read, the enrichment queue, the request ledger."""

from datetime import datetime

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    SmallInteger,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from schema.models.base import Base, BigId, CreatedAt

_DETAIL = text("'{}'::jsonb")
_NOT_OVER = text("status IN ('queued', 'running', 'paused')")


class SyncRun(Base):
    """One recorded execution: a cohort's sync or backfill, an account's import, or an operator's crawl by hand."""

    __tablename__ = "sync_runs"
    __table_args__ = (
        CheckConstraint("status IN ('queued', 'running', 'succeeded', 'failed', 'paused')", name="status"),
        Index(
            "uq_sync_runs_one_open_per_cohort",
            "cohort_id",
            unique=True,
            postgresql_where=_NOT_OVER,
        ),
        Index("uq_sync_runs_one_open_per_account", "account_id", unique=True, postgresql_where=_NOT_OVER),
    )

    id: Mapped[BigId]
    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohorts.id", ondelete="CASCADE"))
    account_id: Mapped[int | None] = mapped_column(
        ForeignKey("accounts.id", ondelete="CASCADE"), doc="who handed in the export that it imports"
    )
    kind: Mapped[str] = mapped_column(doc="full, delta, refresh, backfill, import or crawl")
    status: Mapped[str] = mapped_column(server_default="queued")
    error: Mapped[str | None]
    created_at: Mapped[CreatedAt]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    authorization: Mapped[dict | None] = mapped_column(JSONB, doc="the permission its crawls ran under")
    requests: Mapped[int | None] = mapped_column(doc="how many it made; counted when it ends, like the next two")
    members: Mapped[int | None] = mapped_column(doc="whose listings it was about")
    ratings: Mapped[int | None] = mapped_column(doc="of these members, when it ended")


class SyncStep(Base):
    """One step of a run, or one part of a step that several workers share."""

    __tablename__ = "sync_steps"
    __table_args__ = (
        PrimaryKeyConstraint("run_id", "name", "part"),
        CheckConstraint("status IN ('pending', 'running', 'succeeded', 'failed', 'paused')", name="status"),
    )

    run_id: Mapped[int] = mapped_column(ForeignKey("sync_runs.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(doc="refresh, crawl, enrich, stats or rankings; or import")
    part: Mapped[int] = mapped_column(server_default="0")
    status: Mapped[str] = mapped_column(server_default="pending")
    attempts: Mapped[int] = mapped_column(server_default="0")
    arguments: Mapped[dict] = mapped_column(JSONB, server_default=_DETAIL)
    detail: Mapped[dict] = mapped_column(JSONB, server_default=_DETAIL, doc="counts the step reports")
    error: Mapped[str | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class RunCompleteness(Base):
    """How much of what they were to tell the pages of a run told, counted in tiles; identities in reactions."""

    __tablename__ = "run_completeness"

    run_id: Mapped[int] = mapped_column(ForeignKey("sync_runs.id", ondelete="CASCADE"), primary_key=True)
    tiles: Mapped[int] = mapped_column(doc="posters in listings of rated films and of likes")
    rating_states: Mapped[int] = mapped_column(doc="those that told the rating, or that there is none")
    like_flags: Mapped[int]
    letterboxd_ids: Mapped[int]
    reactions: Mapped[int | None] = mapped_column(doc="of the members read; null until enrichment is done")
    identities: Mapped[int | None] = mapped_column(doc="reactions to films with a TMDB identity or a known absence")


class Listing(Base):
    """One member's listing (rated, likes, profile): when it was last read to its end, or why it could not be."""

    __tablename__ = "listings"
    __table_args__ = (PrimaryKeyConstraint("member_id", "kind"),)

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"))
    kind: Mapped[str]
    run_id: Mapped[int | None] = mapped_column(BigInteger, doc="the run that completed it last; null for an export")
    observed_at: Mapped[datetime | None] = mapped_column(doc="when that reading began")
    way: Mapped[str | None] = mapped_column(doc="how it went, see schema.store.listings.WAYS")
    swept_at: Mapped[datetime | None] = mapped_column(doc="when the last reading of every page began")
    found: Mapped[int | None] = mapped_column(doc="entries of the last whole reading")
    error: Mapped[str | None] = mapped_column(doc="why the last attempt ended, when it did not complete")


class ListingPage(Base):
    """A page read by a run that has not finished the listing; applied all at once at its end.

    `film_ids`, `ratings` (half-stars or null) and `liked` are parallel, one element a tile.
    """

    __tablename__ = "listing_pages"
    __table_args__ = (PrimaryKeyConstraint("run_id", "member_id", "kind", "page"),)

    run_id: Mapped[int] = mapped_column(ForeignKey("sync_runs.id", ondelete="CASCADE"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"))
    kind: Mapped[str]
    page: Mapped[int]
    film_ids: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    ratings: Mapped[list[int | None]] = mapped_column(ARRAY(SmallInteger))
    liked: Mapped[list[bool]] = mapped_column(ARRAY(Boolean))
    way: Mapped[str] = mapped_column(server_default="whole")
    next_url: Mapped[str | None]
    observed_at: Mapped[datetime]


class FilmMetadataSync(Base):
    """The needs-enrichment queue: what is still to be asked about a film, and what came of it."""

    __tablename__ = "film_metadata_sync"
    __table_args__ = (
        PrimaryKeyConstraint("film_id", "kind"),
        CheckConstraint("status IN ('pending', 'fetched', 'failed', 'absent')", name="status"),
        Index("ix_film_metadata_sync_due", "kind", "next_attempt_at"),
    )

    film_id: Mapped[int] = mapped_column(ForeignKey("films.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(doc="identity, tmdb or histogram")
    status: Mapped[str] = mapped_column(server_default="pending")
    attempts: Mapped[int] = mapped_column(server_default="0")
    next_attempt_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    error: Mapped[str | None] = mapped_column(doc="why it failed, or is absent")
    asked: Mapped[list[str]] = mapped_column(
        ARRAY(Text), server_default=text("'{}'::text[]"), doc="sources of identity that had no answer we accept"
    )
    asked_at: Mapped[datetime | None] = mapped_column(doc="when the last of them was asked")
    candidates: Mapped[list] = mapped_column(
        JSONB, server_default=text("'[]'::jsonb"), doc="titles that sources proposed and why none was accepted"
    )


class TmdbPayload(Base):
    """TMDB's answer for one movie or series, verbatim, kept no longer than its terms allow."""

    __tablename__ = "tmdb_payloads"
    __table_args__ = (PrimaryKeyConstraint("type", "id"),)

    type: Mapped[str]
    id: Mapped[int]
    payload: Mapped[dict] = mapped_column(JSONB)
    etag: Mapped[str | None]
    fetched_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]


class CrawlRequest(Base):
    """The request ledger: how many requests of a kind a host got in a minute, how they ended, how heavy."""

    __tablename__ = "crawl_requests"
    __table_args__ = (
        PrimaryKeyConstraint("minute", "host", "kind", "outcome", "run_id"),
        Index("ix_crawl_requests_run_id", "run_id"),
    )

    minute: Mapped[datetime]
    host: Mapped[str]
    kind: Mapped[str] = mapped_column(
        doc='spider that asked, followed by " rendered" for what its pages asked in a browser, or robots'
    )
    outcome: Mapped[str] = mapped_column(doc="HTTP status, or the name of the failure")
    run_id: Mapped[int] = mapped_column(BigInteger, server_default="0", doc="0 when no run asked")
    requests: Mapped[int]
    bytes: Mapped[int] = mapped_column(BigInteger, doc="response bodies as they came over the wire")
