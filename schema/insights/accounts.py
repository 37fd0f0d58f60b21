"""Looks accounts up: by the secret that stands for one, and with what they keep here."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from schema.secrets import digest
from schema.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Identity:
    """Who asks, and how far their credential goes: "read", "write" or "operator".

    `key_id` is null for someone who signed in, `stale` says that the key's last use is to be noted.
    """

    account_id: int
    email: str
    scope: str
    key_id: int | None = None
    stale: bool = False

    @property
    def viewer(self) -> Viewer:
        """Which cohorts exist for them."""
        return Viewer(self.account_id, operator=self.scope == "operator")


# The keys of :hashes that are neither expired nor revoked. One is an operator's only as long as its account is.
KEYS = """
    SELECT k.secret_hash, k.account_id, a.email, k.id, coalesce(k.last_used_at < now() - interval '5 minutes', true)
           AS stale, CASE WHEN k.scope = 'operator' AND NOT a.operator THEN 'write' ELSE k.scope END AS scope
    FROM api_keys k JOIN accounts a ON a.id = k.account_id
    WHERE k.secret_hash = ANY(:hashes) AND k.revoked_at IS NULL AND coalesce(k.expires_at > now(), true)
"""


def by_key(connection: Connection, secret: str) -> Identity | None:
    """Whose key this is; None for one that is unknown, expired or revoked."""
    row = connection.execute(
        text(f"SELECT account_id, email, scope, id, stale FROM ({KEYS}) k"), {"hashes": [digest(secret)]}
    ).one_or_none()
    return Identity(*row) if row else None


def by_session(connection: Connection, secret: str) -> Identity | None:
    """Who signed in with this session; None when it is unknown or has expired."""
    row = connection.execute(
        text(
            "SELECT a.id, a.email, CASE WHEN a.operator THEN 'operator' ELSE 'write' END"
            " FROM sessions s JOIN accounts a ON a.id = s.account_id"
            " WHERE s.secret_hash = :hash AND s.expires_at > now()"
        ),
        {"hash": digest(secret)},
    ).one_or_none()
    return Identity(*row) if row else None


def email_of_link(connection: Connection, secret: str) -> str | None:
    """The address that a sign-in link was sent to; None when it is not, or no longer, good."""
    return connection.execute(
        text(
            "SELECT a.email FROM sign_in_links l JOIN accounts a ON a.id = l.account_id"
            " WHERE l.secret_hash = :hash AND l.expires_at > now()"
        ),
        {"hash": digest(secret)},
    ).scalar_one_or_none()


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account as its operator sees it; `member` is the username of whose it is, if anybody's."""

    id: int
    email: str
    operator: bool
    cohorts: int
    keys: int
    created_at: datetime
    member: str | None


_ACCOUNTS = (
    "SELECT a.id, a.email, a.operator, (SELECT count(*) FROM cohorts c WHERE c.owner_id = a.id),"
    " (SELECT count(*) FROM api_keys k WHERE k.account_id = a.id AND k.revoked_at IS NULL"
    " AND coalesce(k.expires_at > now(), true)), a.created_at, m.username"
    " FROM accounts a LEFT JOIN members m ON m.id = a.member_id"
)


def all_accounts(connection: Connection) -> list[AccountRow]:
    """Every account, by address."""
    return [AccountRow(*row) for row in connection.execute(text(f"{_ACCOUNTS} ORDER BY a.email"))]


def by_email(connection: Connection, email: str) -> AccountRow | None:
    """The account of an address in lower case, None when there is none."""
    row = connection.execute(text(f"{_ACCOUNTS} WHERE a.email = :email"), {"email": email}).one_or_none()
    return AccountRow(*row) if row else None


@dataclass(frozen=True, slots=True)
class Tie:
    """The member whose account it is."""

    member_id: int
    username: str


def tie_of(connection: Connection, account_id: int) -> Tie | None:
    """Whose account this is; None when it is no member's."""
    row = connection.execute(
        text("SELECT m.id, m.username FROM accounts a JOIN members m ON m.id = a.member_id WHERE a.id = :account"),
        {"account": account_id},
    ).one_or_none()
    return Tie(*row) if row else None


@dataclass(frozen=True, slots=True)
class KeyRow:
    """An API key without the key."""

    id: int
    name: str
    hint: str
    scope: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


def keys_of(connection: Connection, account_id: int) -> list[KeyRow]:
    """The keys of an account that are not revoked, the newest first."""
    rows = connection.execute(
        text(
            "SELECT id, name, hint, scope, created_at, expires_at, last_used_at FROM api_keys"
            " WHERE account_id = :account AND revoked_at IS NULL ORDER BY id DESC"
        ),
        {"account": account_id},
    )
    return [KeyRow(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class FilterRow:
    """A film filter under its name."""

    id: int
    name: str
    filter: dict


def filters_of(connection: Connection, account_id: int) -> list[FilterRow]:
    """The saved filters of an account, by name."""
    rows = connection.execute(
        text("SELECT id, name, filter FROM saved_filters WHERE account_id = :account ORDER BY name"),
        {"account": account_id},
    )
    return [FilterRow(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Belongings:
    """How much an account has here, for the bounds on it."""

    cohorts: int
    keys: int
    filters: int
    open_runs: int


def belongings(connection: Connection, account_id: int) -> Belongings:
    """What an account has. Hold the account, and it stays true to the end of the transaction."""
    row = connection.execute(
        text(
            "SELECT (SELECT count(*) FROM cohorts WHERE owner_id = :account),"
            " (SELECT count(*) FROM api_keys WHERE account_id = :account AND revoked_at IS NULL),"
            " (SELECT count(*) FROM saved_filters WHERE account_id = :account),"
            " (SELECT count(*) FROM sync_runs r JOIN cohorts c ON c.id = r.cohort_id"
            " WHERE c.owner_id = :account AND r.status IN ('queued', 'running'))"
        ),
        {"account": account_id},
    ).one()
    return Belongings(*row)
