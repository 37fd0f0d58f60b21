"""Who may ask: accounts with keys and sessions, beside the small world that the API answers from."""

from dataclasses import dataclass

from sqlalchemy import Engine

from schema.store import accounts, cohorts, keys, shares, syncs
from tests.api.world import World


@dataclass(frozen=True)
class Person:
    """An account, its secrets by scope, its session, and the private cohort it owns."""

    account_id: int
    email: str
    keys: dict[str, str]
    session: str
    cohort_id: int
    run_id: int

    def bearer(self, scope: str) -> dict[str, str]:
        """The header by which a program asks."""
        return {"authorization": f"Bearer {self.keys[scope]}"}

    @property
    def cookie(self) -> dict[str, str]:
        """The header by which a browser asks from a page of this server."""
        return {"cookie": f"almanac={self.session}", "sec-fetch-site": "same-origin"}


def person(engine: Engine, world: World, name: str, *, operator: bool = False) -> Person:
    """Makes an account with a key of every scope, a session, and a private cohort of ben and cho with a run."""
    with engine.begin() as connection:
        account_id = accounts.create(connection, f"{name}@example.org", operator=operator)
        secrets = {scope: keys.create(connection, account_id, scope, scope)[1] for scope in keys.SCOPES}
        session = accounts.open_session(connection, account_id)
        cohort_id = cohorts.create(
            connection, f"{name}'s own", {"usernames": ["ben", "cho"]}, owner_id=account_id, visibility="private"
        )
        cohorts.set_members(connection, cohort_id, [world.member_ids[each] for each in ("ben", "cho")])
        run_id = syncs.open_sync(connection, cohort_id)
    return Person(account_id, f"{name}@example.org", secrets, session, cohort_id, run_id)


def share(engine: Engine, cohort_id: int) -> str:
    """A token that shows a cohort."""
    with engine.begin() as connection:
        return shares.create(connection, cohort_id)
