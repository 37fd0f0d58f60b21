"""What members gave: their consents, their feeds as last read, and how films met twice were made one."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, PrimaryKeyConstraint, SmallInteger, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from schema.models.base import Base, BigId, CreatedAt


class Consent(Base):
    """A member gave a source of their reactions: an export they handed in, or leave to read their feed."""

    __tablename__ = "consents"
    __table_args__ = (
        CheckConstraint("source IN ('export', 'rss')", name="source"),
        Index(
            "uq_consents_one_open_feed",
            "member_id",
            unique=True,
            postgresql_where=text("source = 'rss' AND withdrawn_at IS NULL"),
        ),
        Index("ix_consents_member_id", "member_id"),
    )

    id: Mapped[BigId]
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"))
    source: Mapped[str]
    account_id: Mapped[int | None] = mapped_column(BigInteger, doc="who handed it in; null for an operator's command")
    given_at: Mapped[CreatedAt]
    withdrawn_at: Mapped[datetime | None]
    detail: Mapped[dict] = mapped_column(
        JSONB, server_default=text("'{}'::jsonb"), doc="of an export: its date, its digest, and what became of its rows"
    )


class Feed(Base):
    """The validators of a member's feed as last read, so that an unchanged one is not sent again."""

    __tablename__ = "feeds"

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    etag: Mapped[str | None]
    last_modified: Mapped[str | None]
    asked_at: Mapped[datetime] = mapped_column(doc="when it was asked for last, whatever came of it")


class FeedItem(Base):
    """A diary entry seen in a member's feed. The number in its guid stays when a review replaces the watch."""

    __tablename__ = "feed_items"
    __table_args__ = (PrimaryKeyConstraint("member_id", "entry_id"),)

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"))
    entry_id: Mapped[int] = mapped_column(BigInteger)
    film_id: Mapped[int] = mapped_column(ForeignKey("films.id"), index=True)
    published: Mapped[datetime]
    rating: Mapped[int | None] = mapped_column(SmallInteger, doc="half-stars; none says nothing about the film's")
    liked: Mapped[bool | None] = mapped_column(doc="null in feeds that do not tell")
    rewatch: Mapped[bool | None]
    watched_date: Mapped[date | None]
    link: Mapped[str] = mapped_column(doc="the entry's own address")
    told_at: Mapped[datetime] = mapped_column(doc="when what it says became true: published, or seen changed")
