"""Writes API keys."""

from datetime import timedelta

from sqlalchemy import Connection, text

from schema.secrets import digest, new_secret

PREFIX = "almanac_"  # by which secret scanners, and people, know one
SCOPES = ("read", "write", "operator")  # each includes those before it
_HINT = len(PREFIX) + 4


def create(
    connection: Connection, account_id: int, name: str, scope: str, *, life: timedelta | None = None
) -> tuple[int, str]:
    """A new key of an account: its id, and the key itself, which is known to nobody afterwards."""
    secret = new_secret(PREFIX)
    key_id = connection.execute(
        text(
            "INSERT INTO api_keys (account_id, secret_hash, name, hint, scope, expires_at)"
            " VALUES (:account, :hash, :name, :hint, :scope, now() + CAST(:life AS interval)) RETURNING id"
        ),
        {
            "account": account_id,
            "hash": digest(secret),
            "name": name,
            "hint": secret[:_HINT],
            "scope": scope,
            "life": life,
        },
    ).scalar_one()
    return key_id, secret


def revoke(connection: Connection, key_id: int, account_id: int | None = None) -> bool:
    """Ends a key for good; False when there is no such key (of this account, if one is given)."""
    changed = connection.execute(
        text(
            "UPDATE api_keys SET revoked_at = coalesce(revoked_at, now())"
            " WHERE id = :key AND (CAST(:account AS bigint) IS NULL OR account_id = :account)"
        ),
        {"key": key_id, "account": account_id},
    )
    return changed.rowcount > 0


def note_use(connection: Connection, key_id: int) -> None:
    """Notes that a key was used now."""
    connection.execute(text("UPDATE api_keys SET last_used_at = now() WHERE id = :key"), {"key": key_id})
