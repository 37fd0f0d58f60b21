"""Erases a member completely, and keeps them out: of them stays a salted hash, by which they are recognised.

Hashes are salted per installation: whoever erases first draws a salt, and later erasures use it again. A
database that was restored, or merged, may know several. The salt stands beside the hashes, because every
process that stores members must be able to recognise the erased; so it hides a name from whoever reads the
table, and not from somebody who tries names one by one.
"""

import hashlib
import secrets
from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import Connection, text

from schema.definitions import without
from schema.insights.cohort_details import usernames
from schema.store import cohorts
from schema.store.locks import hold_erasures, hold_member


class Erasure(NamedTuple):
    """That somebody was erased, and when."""

    salt: str
    digest: str
    erased_at: datetime


def recorded(connection: Connection) -> list[Erasure]:
    """All erasures, oldest first."""
    rows = connection.execute(text("SELECT salt, digest, erased_at FROM erased_members ORDER BY erased_at, digest"))
    return [Erasure(*row) for row in rows]


def among(connection: Connection, usernames: Iterable[str]) -> set[str]:
    """Those of `usernames` (lower-case) who were erased and stay out."""
    known = connection.execute(text("SELECT salt, digest FROM erased_members")).all()
    if not known:
        return set()
    salts, digests = {salt for salt, _ in known}, {tuple(row) for row in known}
    return {name for name in usernames if any((salt, _digest(salt, name)) in digests for salt in salts)}


def new(connection: Connection, username: str) -> Erasure:
    """What is to be recorded when this member is erased; the same again for one who was."""
    name = username.lower()
    every = recorded(connection)
    for erasure in every:
        if erasure.digest == _digest(erasure.salt, name):
            return erasure
    salt = every[-1].salt if every else secrets.token_hex(16)
    return Erasure(salt, _digest(salt, name), datetime.now(UTC))


def keep(connection: Connection, erasures: Collection[Erasure]) -> list[str]:
    """Records erasures, and erases whoever of the members here they mean; returns their names.

    Nobody is stored meanwhile, so nobody slips in. The numbers of their cohorts are right when the caller's
    transaction commits.
    """
    if not erasures:
        return []
    hold_erasures(connection, alone=True)
    connection.execute(
        text("INSERT INTO erased_members (salt, digest, erased_at) VALUES (:s, :d, :at) ON CONFLICT DO NOTHING"),
        [{"s": erasure.salt, "d": erasure.digest, "at": erasure.erased_at} for erasure in erasures],
    )
    names = connection.execute(text("SELECT username FROM members ORDER BY id")).scalars().all()
    meant = sorted(among(connection, names))
    for username in meant:
        _remove(connection, username)
    return meant


def _digest(salt: str, username: str) -> str:
    return hashlib.sha256(f"{salt}:{username}".encode()).hexdigest()


def _remove(connection: Connection, username: str) -> None:
    """Takes everything about one member away, and makes the numbers of their cohorts right."""
    member_id = connection.execute(
        text("SELECT id FROM members WHERE username = :name"), {"name": username}
    ).scalar_one()
    hold_member(connection, member_id)
    touched = list(
        connection.execute(
            text("SELECT cohort_id FROM cohort_members WHERE member_id = :id ORDER BY 1"), {"id": member_id}
        ).scalars()
    )
    connection.execute(text("DELETE FROM ratings WHERE member_id = :id"), {"id": member_id})
    connection.execute(
        text(
            "DELETE FROM sync_runs WHERE id IN (SELECT run_id FROM sync_steps WHERE name = 'import'"
            " AND (arguments ->> 'member_id')::int = :id)"
        ),
        {"id": member_id},
    )
    # Vectors, events, follows, memberships, listings and staged pages go with the row.
    connection.execute(text("DELETE FROM members WHERE id = :id"), {"id": member_id})
    _forget_in_steps(connection, username)
    _forget_in_definitions(connection, username)
    from schema.store import stats  # NumPy takes long, and every process imports this module to keep people out

    for cohort_id in touched:
        cohorts.touch(connection, cohort_id)
        found = stats.numbers_of(connection, cohort_id)
        for write in (stats.write_stats, stats.write_rankings, stats.write_insights):
            write(connection, cohort_id, found)


def _forget_in_steps(connection: Connection, username: str) -> None:
    """Runs named the member: in what their parts were to read, and in what these report."""
    connection.execute(
        text(
            "UPDATE sync_steps SET detail = detail #- ARRAY['failed', CAST(:name AS text)],"
            " arguments = CASE WHEN arguments ? 'usernames' THEN"
            " jsonb_set(arguments, '{usernames}', (arguments -> 'usernames') - CAST(:name AS text))"
            " ELSE arguments END"
            " WHERE arguments -> 'usernames' ? CAST(:name AS text) OR detail -> 'failed' ? CAST(:name AS text)"
        ),
        {"name": username},
    )
    for table, column in (("sync_steps", "error"), ("sync_runs", "error"), ("listings", "error"), ("hosts", "reason")):
        connection.execute(
            text(
                f"UPDATE {table} SET {column} = regexp_replace({column}, :word, 'an erased member', 'gi')"
                f" WHERE {column} ~* :word"
            ),
            {"word": _word(username)},
        )


def _forget_in_definitions(connection: Connection, username: str) -> None:
    """A definition loses the name; one that cannot do without it becomes the list of its present members."""
    rows = connection.execute(
        text("SELECT id, definition FROM cohorts WHERE definition::text ~* :word"), {"word": _word(username)}
    ).all()
    for cohort_id, definition in rows:
        cohorts.redefine(
            connection, cohort_id, without(definition, username) or {"usernames": usernames(connection, cohort_id)}
        )


def _word(username: str) -> str:
    return rf"\m{username}\M"
