"""How upstreams are to be treated, and what about our own requests somebody should look at."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from schema.models.base import Base, BigId, CreatedAt


class Host(Base):
    """What an upstream host has asked of us, or an operator has decided; "*" stands for all hosts."""

    __tablename__ = "hosts"

    host: Mapped[str] = mapped_column(primary_key=True)
    paused_at: Mapped[datetime | None] = mapped_column(doc="nothing is asked of it since then")
    reason: Mapped[str | None] = mapped_column(doc="why it is paused")
    paused_by: Mapped[str | None] = mapped_column(doc="the run that was refused, or the operator")
    not_before: Mapped[datetime | None] = mapped_column(doc="nothing is asked of it until then: its Retry-After")
    crawl_delay: Mapped[float | None] = mapped_column(doc="seconds between two requests that its robots.txt wants")


class Alert(Base):
    """Something that a person should look at: a run that asked far more than runs like it."""

    __tablename__ = "alerts"
    __table_args__ = (Index("ix_alerts_run_id", "run_id"),)

    id: Mapped[BigId]
    run_id: Mapped[int] = mapped_column(ForeignKey("sync_runs.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(doc="requests")
    message: Mapped[str]
    created_at: Mapped[CreatedAt]
