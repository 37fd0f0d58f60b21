"""Writes accounts, and the links and sessions by which their people sign in."""

import re
from datetime import timedelta

from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from schema.secrets import digest, new_secret

LINK_LIFE = timedelta(minutes=15)
SESSION_LIFE = timedelta(days=30)
MOST_LINKS = 3  # that wait for one account at a time: a stranger can ask for someone else's

_EMAIL = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)*")  # as HTML's input field has it
_LONGEST_EMAIL = 254


class BadEmail(ValueError):
    """Something that is no e-mail address; the message says so."""


class AlreadyTied(ValueError):
    """A member has one account; the message says so."""


def checked_email(email: str) -> str:
    """The address in lower case; raises BadEmail."""
    email = email.strip().lower()
    if len(email) > _LONGEST_EMAIL or not _EMAIL.fullmatch(email):
        raise BadEmail(f"{email[:60]!r} is not an e-mail address")
    return email


def create(connection: Connection, email: str, *, operator: bool = False) -> int | None:
    """Makes an account for a checked address and returns its id; None when there is one already."""
    return connection.execute(
        text(
            "INSERT INTO accounts (email, operator) VALUES (:email, :operator)"
            " ON CONFLICT (email) DO NOTHING RETURNING id"
        ),
        {"email": email, "operator": operator},
    ).scalar_one_or_none()


def tie(connection: Connection, account_id: int, member_id: int | None) -> None:
    """Says whose account it is, None for nobody's; raises AlreadyTied when the member has another one."""
    try:
        with connection.begin_nested():
            connection.execute(
                text("UPDATE accounts SET member_id = :member WHERE id = :account"),
                {"member": member_id, "account": account_id},
            )
    except IntegrityError:
        raise AlreadyTied("this member has another account") from None


def hold(connection: Connection, account_id: int) -> None:
    """Lets nobody else hold this account before the transaction ends: what is counted stays true."""
    connection.execute(text("SELECT FROM accounts WHERE id = :account FOR NO KEY UPDATE"), {"account": account_id})


def delete(connection: Connection, account_id: int) -> None:
    """Removes an account with its cohorts, keys, sessions and saved filters."""
    connection.execute(text("DELETE FROM accounts WHERE id = :account"), {"account": account_id})


def open_link(connection: Connection, email: str) -> str | None:
    """A secret good for one sign-in within LINK_LIFE; None without an account or with MOST_LINKS waiting."""
    account_id = connection.execute(
        text("SELECT id FROM accounts WHERE email = :email FOR NO KEY UPDATE"), {"email": email}
    ).scalar_one_or_none()
    if account_id is None:
        return None
    connection.execute(text("DELETE FROM sign_in_links WHERE expires_at <= now()"))
    waiting = connection.execute(
        text("SELECT count(*) FROM sign_in_links WHERE account_id = :account"), {"account": account_id}
    ).scalar_one()
    if waiting >= MOST_LINKS:
        return None
    secret = new_secret()
    connection.execute(
        text("INSERT INTO sign_in_links (secret_hash, account_id, expires_at) VALUES (:hash, :account, now() + :life)"),
        {"hash": digest(secret), "account": account_id, "life": LINK_LIFE},
    )
    return secret


def use_link(connection: Connection, secret: str) -> str | None:
    """Uses a link up and returns the secret of a new session; None when it is not, or no longer, good.

    Of two who come with one link, the row's lock lets one succeed.
    """
    account_id = connection.execute(
        text("DELETE FROM sign_in_links WHERE secret_hash = :hash AND expires_at > now() RETURNING account_id"),
        {"hash": digest(secret)},
    ).scalar_one_or_none()
    return None if account_id is None else open_session(connection, account_id)


def open_session(connection: Connection, account_id: int) -> str:
    """The secret of a new session, good for SESSION_LIFE."""
    secret = new_secret()
    connection.execute(text("DELETE FROM sessions WHERE expires_at <= now()"))
    connection.execute(
        text("INSERT INTO sessions (secret_hash, account_id, expires_at) VALUES (:hash, :account, now() + :life)"),
        {"hash": digest(secret), "account": account_id, "life": SESSION_LIFE},
    )
    return secret


def end_session(connection: Connection, secret: str) -> None:
    """Signs a browser out."""
    connection.execute(text("DELETE FROM sessions WHERE secret_hash = :hash"), {"hash": digest(secret)})
