"""What a circle thinks of films: its best, what one member has not seen of them, and whose taste is closest.

    python circle.py http://127.0.0.1:8000/graphql 1 --member ben
    python circle.py http://127.0.0.1:8000/graphql --key almanac_… --follow ada --sync --member ben

The second way makes a circle of whom a member follows, and has it synced first, saying how far that is.
"""

import argparse
import asyncio
from collections.abc import AsyncIterator

from almanac_client import CohortDefinitionFollowing, FilmFilter, IntRange, RankedFilm, RunStatus
from connection import Almanac, almanac
from gql.transport.exceptions import TransportQueryError


async def top_films(api: Almanac, cohort: str, *, watchers: int, most: int) -> AsyncIterator[RankedFilm]:
    """The films that at least so many members have seen, best first, page by page."""
    wanted, after = FilmFilter(watchers=IntRange(min=watchers)), None
    while most > 0:
        found = await api.top_films(cohort, filter=wanted, first=min(most, 100), after=after)
        if found is None:
            raise SystemExit(f"there is no cohort {cohort} that you may see")
        for edge in found.films.edges:
            yield edge.node
        most -= len(found.films.edges)
        after = found.films.page_info.end_cursor
        if not found.films.page_info.has_next_page:
            return


async def sync(api: Almanac, cohort: str) -> None:
    """Has a cohort brought up to date, and says how far that is; ends when it is done."""
    asked = await api.start_sync(cohort)
    if asked.run is None:
        raise SystemExit("; ".join(error.message for error in asked.user_errors))
    async for run in api.progress(asked.run.id):
        steps = [f"{step.name} {step.done} of {step.total} {step.unit}" for step in run.steps if step.total]
        print(f"{run.status}: {', '.join(steps)}")
    if run.status != RunStatus.SUCCEEDED:
        raise SystemExit(run.error)


async def create(api: Almanac, follower: str) -> str:
    """The id of a new cohort: whom a member follows."""
    made = await api.create_circle(f"{follower}'s circle", CohortDefinitionFollowing(following=follower))
    if made.cohort is None:
        raise SystemExit("; ".join(error.message for error in made.user_errors))
    return made.cohort.id


async def show(api: Almanac, cohort: str, member: str) -> None:
    """Prints what there is to know."""
    print("\nBest, seen by two or more:")
    async for film in top_films(api, cohort, watchers=2, most=10):
        print(f"{film.rank or '-':>3}  {film.average or 0:.2f}  {film.film.title} ({film.film.release_year})")
    unseen = await api.blind_spots(cohort, member, first=5)
    print(f"\nLoved, and not seen by {member}:")
    for edge in unseen.slice.edges:
        print(f"     {edge.node.film.title}")
    closest = await api.closest_members(cohort, member, first=3)
    print(f"\nClosest to {member}:")
    for other in closest.alignment:
        print(f"     {other.member.username}: {other.shared} films in common")


async def main() -> None:
    """Does what the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("address", help="of the API")
    parser.add_argument("cohort", nargs="?", help="a cohort's id")
    parser.add_argument("--follow", metavar="NAME", help="instead of a cohort: make one of whom this member follows")
    parser.add_argument("--member", required=True, help="whose blind spots and closest members to show")
    parser.add_argument("--sync", action="store_true", help="bring the cohort up to date first")
    parser.add_argument("--key", help="an API key of scope WRITE, for --follow and --sync")
    given = parser.parse_args()
    if bool(given.cohort) == bool(given.follow):
        parser.error("give a cohort or --follow")
    try:
        async with almanac(given.address, given.key) as api:
            cohort = given.cohort or await create(api, given.follow)
            if given.sync:
                await sync(api, cohort)
            await show(api, cohort, given.member)
    except TransportQueryError as refused:
        raise SystemExit("; ".join(error["message"] for error in refused.errors)) from None


if __name__ == "__main__":
    asyncio.run(main())
