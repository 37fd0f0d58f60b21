"""A small world for the API to answer from: the facts as Python values, and their way into a database."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import Engine

from schema.store import cohorts, facts, films, identities, members, reactions, vectors
from schema.store.films import Identity
from schema.store.reactions import Reaction

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
CIRCLE = "Ada's circle"
NAMED = {
    "stalker": ("Stalker", 1979),
    "perfect-blue": ("Perfect Blue", 1997),
    "elan": ("Élan", None),
    "elan-vital": ("elan vital", 2001),
    "zodiac": ("Zodiac", 2007),
}
FOLLOWED = ["ben", "cho", "dee", "fay", "gus", "hal"]
# A film with likes alone, and one that only someone outside the circle knows.
ONLY_LIKED, OUTSIDE = "film-38", "film-39"


@dataclass(frozen=True)
class World:
    """`reactions` are (rating in half-stars or None, liked, favorite) by member and slug."""

    film_ids: Mapping[str, int]
    member_ids: Mapping[str, int]
    cohort_id: int
    titles: Mapping[str, tuple[str, int | None]]
    reactions: Mapping[tuple[str, str], tuple[int | None, bool, bool]]
    histograms: Mapping[str, list[int]]

    def of(self, names: list[str], slug: str) -> list[tuple[int | None, bool, bool]]:
        """The reactions of these members to a film."""
        return [self.reactions[name, slug] for name in names if (name, slug) in self.reactions]


def build(engine: Engine) -> World:
    """Fills an empty database and says what is in it."""
    chance = random.Random(7)
    titles = NAMED | {f"film-{n}": (f"Film {n}", 1960 + n % 7) for n in range(len(NAMED), 40)}
    people = ["ada", *FOLLOWED, "ivy"]
    with engine.begin() as connection:
        found = films.resolve(connection, [Identity(slug, 100 + n, *titles[slug]) for n, slug in enumerate(titles)])
        film_ids = dict(zip(titles, found, strict=True))
        member_ids = members.upsert(connection, {name: name.title() for name in people})
        members.upsert(connection, {"ghost": None})
        members.mark_missing(connection, "ghost", NOW)
        members.replace_follows(
            connection, member_ids["ada"], [member_ids[name] for name in FOLLOWED], direction="following"
        )
        said = _reactions(chance, list(titles))
        reactions.upsert(
            connection,
            [Reaction(member_ids[name], film_ids[slug], *given) for (name, slug), given in said.items()],
            reactions.FACETS,
            source="crawl",
            observed_at=NOW,
            record=False,
        )
        vectors.rewrite(connection, list(member_ids.values()))
        cohort_id = cohorts.create(connection, CIRCLE, {"following": "ada"})
        cohorts.set_members(connection, cohort_id, [member_ids[name] for name in FOLLOWED])
        for label, names in (("Best friends", ["ben", "cho"]), ("Nobody yet", [])):
            other = cohorts.create(connection, label, {"usernames": names or ["ada"]})
            cohorts.set_members(connection, other, [member_ids[name] for name in names])
        histograms = {slug: [chance.randrange(50) for _ in range(10)] for slug in titles if chance.random() < 0.7} | {
            "perfect-blue": [0] * 10
        }
        for slug, counts in histograms.items():
            facts.keep_histogram(
                connection, film_ids[slug], counts, average=3.0, rating_count=sum(counts), fetched_at=NOW
            )
        identities.identify(
            connection, film_ids["stalker"], tmdb_type="movie", tmdb_id=1398, imdb_id="tt0079944", found_by="page"
        )
        facts.describe(connection, film_ids["stalker"], _STALKER)
        films.resolve(connection, [Identity("the-zodiac", 104, "Zodiac", 2007)])
    return World(film_ids, member_ids, cohort_id, titles, said, histograms)


def _reactions(chance: random.Random, slugs: list[str]) -> dict[tuple[str, str], tuple[int | None, bool, bool]]:
    said = {}
    for name in FOLLOWED:
        for slug in slugs[:-2]:
            if chance.random() < 0.5:
                rating = chance.choice([None, 4, 6, 7, 8, 8, 9, 10])
                said[name, slug] = (rating, rating is None or chance.random() < 0.4, chance.random() < 0.05)
    said |= {(name, ONLY_LIKED): (None, True, False) for name in FOLLOWED[:3]}
    said |= {("ivy", OUTSIDE): (10, True, True), ("ivy", "stalker"): (9, False, False)}
    # Two films that nothing but their age here tells apart, and one whose raters agree.
    for slug in ("film-10", "film-11"):
        said |= {(name, slug): (8, False, False) for name in FOLLOWED}
    return said | {("ben", "stalker"): (10, True, True), ("cho", "stalker"): (10, True, False)}


_STALKER = facts.Facts(
    original_title="Сталкер",
    release_date=date(1979, 5, 25),
    release_year=1979,
    runtime_minutes=162,
    poster_url=None,
    imdb_id="tt0079944",
    collection=None,
    genres=["Science Fiction", "Drama"],
    countries=["Soviet Union"],
    languages=["Russian"],
    credits=[
        ("director", 8452, "Andrei Tarkovsky", 0),
        ("writer", 1, "Arkadi Strugatsky", 0),
        ("writer", 2, "Boris Strugatsky", 1),
        ("actor", 4, "Anatoli Solonitsyn", 1),
        ("actor", 3, "Alisa Freindlich", 0),
    ],
)
