"""Members and whom they follow."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Identity
from sqlalchemy.orm import Mapped, mapped_column

from schema.models.base import Base, CreatedAt


class Member(Base):
    """A Letterboxd user we hold data on. Usernames are case-insensitive upstream, lower-case here."""

    __tablename__ = "members"
    __table_args__ = (CheckConstraint("username = lower(username)", name="username_lower"),)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    username: Mapped[str] = mapped_column(unique=True)
    display_name: Mapped[str | None]
    avatar_url: Mapped[str | None]
    missing_since: Mapped[datetime | None] = mapped_column(doc="when the upstream last said 404 for this member")
    created_at: Mapped[CreatedAt]


class ErasedMember(Base):
    """Somebody who was erased and stays out: nothing but a salted SHA-256 of the username, in hexadecimal."""

    __tablename__ = "erased_members"

    salt: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(primary_key=True)
    erased_at: Mapped[CreatedAt]


class Follow(Base):
    """`follower` follows `followee`, as last seen on a following or followers page."""

    __tablename__ = "follows"

    follower_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    followee_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True, index=True)
