"""Accounts, and the secrets that stand for them: keys, sign-in links, sessions, shares. Only hashes are kept."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from schema.models.base import Base, BigId, CreatedAt


def _account() -> ForeignKey:
    return ForeignKey("accounts.id", ondelete="CASCADE")


class Account(Base):
    """Someone who may own cohorts. Operators may see and change everything."""

    __tablename__ = "accounts"

    id: Mapped[BigId]
    email: Mapped[str] = mapped_column(String(254), unique=True, doc="lower-case")
    operator: Mapped[bool] = mapped_column(server_default="false")
    member_id: Mapped[int | None] = mapped_column(
        ForeignKey("members.id", ondelete="SET NULL"),
        unique=True,
        doc="whose account it is, if anybody's",
    )
    created_at: Mapped[CreatedAt]


class ApiKey(Base):
    """A secret by which a program acts for an account; a scope includes those before it."""

    __tablename__ = "api_keys"
    __table_args__ = (CheckConstraint("scope IN ('read', 'write', 'operator')", name="scope"),)

    id: Mapped[BigId]
    account_id: Mapped[int] = mapped_column(_account(), index=True)
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    name: Mapped[str] = mapped_column(String(120))
    hint: Mapped[str] = mapped_column(doc="its first characters, by which people tell keys apart")
    scope: Mapped[str]
    created_at: Mapped[CreatedAt]
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None] = mapped_column(doc="to within five minutes")
    revoked_at: Mapped[datetime | None]


class SignInLink(Base):
    """A mailed link, good for one sign-in."""

    __tablename__ = "sign_in_links"

    secret_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    account_id: Mapped[int] = mapped_column(_account(), index=True)
    expires_at: Mapped[datetime]


class Session(Base):
    """A browser that has signed in."""

    __tablename__ = "sessions"

    secret_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    account_id: Mapped[int] = mapped_column(_account(), index=True)
    created_at: Mapped[CreatedAt]
    expires_at: Mapped[datetime]


class Share(Base):
    """A token by which anyone may see one cohort that is not public."""

    __tablename__ = "shares"

    id: Mapped[BigId]
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohorts.id", ondelete="CASCADE"), index=True)
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    created_at: Mapped[CreatedAt]
    expires_at: Mapped[datetime | None]


class SavedFilter(Base):
    """A film filter that an account gave a name."""

    __tablename__ = "saved_filters"
    __table_args__ = (UniqueConstraint("account_id", "name"),)

    id: Mapped[BigId]
    account_id: Mapped[int] = mapped_column(_account())
    name: Mapped[str] = mapped_column(String(120))
    filter: Mapped[dict] = mapped_column(JSONB)
    created_at: Mapped[CreatedAt]
