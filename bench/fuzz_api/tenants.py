"""Who asks, and whose things must not be seen: a victim, somebody else with an account, and an operator."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Engine, text

from api.graphql.ids import global_id
from bench.fuzz_api.values import Known
from bench.world import GENRES, fill_films, fill_members
from schema.store import accounts, cohorts, keys, members, runs, saved_filters, shares, syncs

FILMS, MEMBERS, RATINGS_EACH = 150, 24, 60
SECRET = "Verschlusssache"  # in the name of everything that is the victim's


@dataclass(frozen=True)
class Role:
    """By whom and with what an operation is asked."""

    name: str
    headers: dict[str, str]
    sees_all: bool = False


class Tenants:
    """Fills an empty database; knows who may ask, and the words that name something in it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.known = Known()
        fill_films(engine, FILMS)
        fill_members(engine, 1, MEMBERS, ratings_each=RATINGS_EACH, films=FILMS)
        self._names = [f"m{number:06d}" for number in range(1, MEMBERS + 1)]
        with engine.begin() as connection:
            for number in range(1, 7):
                others = [each for each in range(1, MEMBERS + 1) if (each + number) % 3 and each != number]
                members.replace_follows(connection, number, others, direction="following")
            public = cohorts.create(connection, "Everybody", {"usernames": self._names})
            cohorts.set_members(connection, public, range(1, MEMBERS + 1))
            run = syncs.open_sync(connection, public)
            runs.finish(connection, run, "succeeded")
            self._name(public, run)
            self._victim = accounts.create(connection, f"{SECRET}@example.org")
            saved_filters.save(connection, self._victim, SECRET, {"search": SECRET})
            keys.create(connection, self._victim, SECRET, "read")
            self._asker = accounts.create(connection, "asker@example.org")
            operator = accounts.create(connection, "operator@example.org", operator=True)
            self.roles = [
                Role("nobody", {}),
                Role("read", _bearer(connection, self._asker, "read")),
                Role("write", _bearer(connection, self._asker, "write")),
                Role("session", _session(connection, self._asker)),
                Role("operator", _bearer(connection, operator, "operator"), sees_all=True),
            ]
        self.restore()
        self._learn_names()

    def restore(self) -> None:
        """Makes the victim's things what they were, and the asker's few, whatever a mutation did to them."""
        with self._engine.begin() as connection:
            where = {"victim": self._victim, "asker": self._asker}
            connection.execute(text("DELETE FROM cohorts WHERE owner_id IS DISTINCT FROM :victim AND id > 1"), where)
            connection.execute(
                text("DELETE FROM api_keys WHERE account_id = :asker AND name NOT IN ('read', 'write')"), where
            )
            connection.execute(text("UPDATE api_keys SET revoked_at = NULL"))
            intact = connection.execute(
                text(
                    "SELECT count(*) FROM cohorts c WHERE owner_id = :victim AND label LIKE :label AND"
                    " visibility = 'private' AND NOT EXISTS (SELECT FROM shares WHERE cohort_id = c.id)"
                ),
                where | {"label": f"{SECRET} %"},
            ).scalar_one()
            if intact != 2:
                connection.execute(text("DELETE FROM cohorts WHERE owner_id = :victim"), where)
                for label in ("one", "two"):
                    cohort = cohorts.create(
                        connection,
                        f"{SECRET} {label}",
                        {"usernames": self._names[:9]},
                        owner_id=self._victim,
                        visibility="private",
                    )
                    cohorts.set_members(connection, cohort, _left(connection, 9))
                    run = syncs.open_sync(connection, cohort)
                    runs.finish(connection, run, "failed", f"{SECRET} went wrong")
                    self._name(cohort, run)
            mine = cohorts.create(
                connection, "Mine", {"usernames": self._names[:7]}, owner_id=self._asker, visibility="private"
            )
            cohorts.set_members(connection, mine, _left(connection, 7))
            run = syncs.open_sync(connection, mine)
            self._name(mine, run)
            self.known.learn("token", shares.create(connection, mine, life=timedelta(days=1)))

    def learn(self, role: Role, answer: Any) -> None:
        """Remembers the ids, cursors and tokens of an answer, whatever fields they were in."""
        if answer.data is not None:
            for name, word in _words(answer.data):
                if name.endswith("id"):
                    self.known.learn_id(word)
                elif name.endswith(("cursor", "token")):
                    self.known.learn("cursor" if name.endswith("cursor") else name, word)

    def _name(self, cohort: int, run: int) -> None:
        self.known.learn_id(global_id("Cohort", cohort))
        self.known.learn_id(global_id("SyncRun", run))

    def _learn_names(self) -> None:
        for sort, words in {
            "username": self._names,
            "member": self._names,
            "slug": [f"film-{number}" for number in range(1, 30)],
            "person": [f"Person {number}" for number in range(1, 20)],
            "name": ["Person 3", *GENRES],
            "genre": GENRES,
            "countr": ["France", "Japan"],
            "language": ["French", "Polish"],
            "list": ["m000001/best", "m000002/all-time"],
            "characters": ["Mine", "Another", "Third"],
            "words": ["film", "1", "Film 12"],
        }.items():
            for word in words:
                self.known.learn(sort, word)


def _left(connection: Any, most: int) -> list[int]:
    """The first members, without those whom somebody had erased, which is for good."""
    return list(connection.execute(text("SELECT id FROM members WHERE id <= :most"), {"most": most}).scalars())


def _bearer(connection: Any, account: int, scope: str) -> dict[str, str]:
    return {"authorization": f"Bearer {keys.create(connection, account, scope, scope)[1]}"}


def _session(connection: Any, account: int) -> dict[str, str]:
    return {"cookie": f"almanac={accounts.open_session(connection, account)}", "sec-fetch-site": "same-origin"}


def _words(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _words(each, key.lower())
    elif isinstance(value, list):
        for each in value:
            yield from _words(each, name)
    elif isinstance(value, str):
        yield name, value
