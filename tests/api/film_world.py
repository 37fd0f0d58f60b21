"""Films of which much is known, little or nothing, and what eight members made of them."""

import random
from datetime import UTC, date, datetime

from schema.store import cohorts, facts, films, lists, members, reactions, runs, vectors
from schema.store.facts import Facts
from schema.store.films import Identity
from schema.store.reactions import Reaction
from tests.schema.insights import plain

NOW = datetime(2026, 11, 1, tzinfo=UTC)
GENRES, COUNTRIES, LANGUAGES = ("Drama", "Horror", "Comedy"), ("France", "Japan"), ("French", "Japanese")
PEOPLE = {1: "Agnès Varda", 2: "Akira Kurosawa", 3: "Claire Denis", 4: "Same Name", 5: "Same Name"}
MIXED, HIGH, LOW = (None, None, 1, 4, 7, 8, 9, 10), (None, 8, 8, 9, 10), (None, 2, 3, 4, 6)
LISTED = [f"film-{number}" for number in range(0, 40, 3)]
CIRCLE, OTHERS = ["ann", "bob", "cat", "dan", "eve", "fay"], ["gil", "hal"]


class World:
    """Films of which much is known, little or nothing, and eight members.

    Where it is `varied`, some films are better known than others, and opinions of some agree.
    """

    def __init__(self, engine, size: int = 40, *, varied: bool = False) -> None:
        chance = random.Random(11)
        slugs = [f"film-{number}" for number in range(size)]
        self.about = {slug: _film(chance, number) for number, slug in enumerate(slugs)}
        known = {slug: chance.choice([0.25, 0.55, 0.9]) if varied else 0.55 for slug in slugs}
        given = {slug: chance.choice([MIXED, MIXED, HIGH, LOW]) if varied else MIXED for slug in slugs}
        self.said = {}
        for name in CIRCLE + OTHERS:
            for slug in slugs:
                if chance.random() < known[slug]:
                    rating = chance.choice(given[slug])
                    liked = rating is None or chance.random() < 0.4
                    self.said[name, slug] = (rating, liked, chance.random() < 0.1, chance.choice([None, 2019, 2023]))
        with engine.begin() as connection:
            tiles = [
                Identity(slug, n + 1, each["title"], each["year"]) for n, (slug, each) in enumerate(self.about.items())
            ]
            self.ids = dict(zip(slugs, films.resolve(connection, tiles), strict=True))
            people = members.upsert(connection, dict.fromkeys([*CIRCLE, *OTHERS, "unread"]))
            said = [Reaction(people[name], self.ids[slug], *given[:3]) for (name, slug), given in self.said.items()]
            reactions.upsert(connection, said, reactions.FACETS, source="crawl", observed_at=NOW, record=False)
            for (name, slug), (*_, year) in self.said.items():
                if year:
                    connection.exec_driver_sql(
                        "UPDATE ratings SET rated_at = %s WHERE member_id = %s AND film_id = %s",
                        (date(year, 5, 1), people[name], self.ids[slug]),
                    )
            vectors.rewrite(connection, [people[name] for name in CIRCLE + OTHERS])
            self.cohort = cohorts.create(connection, "circle", {"usernames": CIRCLE})
            cohorts.set_members(connection, self.cohort, [people[name] for name in CIRCLE])
            self.others = cohorts.create(connection, "others", {"usernames": OTHERS})
            cohorts.set_members(connection, self.others, [people[name] for name in OTHERS])
            listed = [self.ids[slug] for slug in LISTED]
            run = runs.open_run(connection, "crawl")
            lists.replace(
                connection, run, people["gil"], "best-of", title=None, film_ids=listed, liked_by=[], observed_at=NOW
            )
            for slug, each in self.about.items():
                _describe(connection, self.ids[slug], each)
        rows = [
            plain.Row(CIRCLE.index(name), slugs.index(slug), *given[:3])
            for (name, slug), given in self.said.items()
            if name in CIRCLE
        ]
        known = {n: each["mean"] for n, each in enumerate(self.about.values()) if each["mean"] is not None}
        self.numbers = {slugs[film]: about for film, about in plain.films(rows, known, len(CIRCLE)).items()}


def _film(chance: random.Random, number: int) -> dict:
    def some(names):
        return chance.sample(names, chance.randint(0, 2))

    counts = [chance.randrange(30) for _ in range(10)] if chance.random() < 0.7 else None
    return {
        "title": chance.choice(["Élan vital", "Le Bonheur", "Red Desert", "The Red Shoes"]) + f" {number}",
        "year": chance.choice([None, 1962, 1985, 2019, 2025, datetime.now(UTC).year]),
        "runtime": chance.choice([None, 75, 90, 120, 200]),
        "genres": some(GENRES),
        "countries": some(COUNTRIES),
        "languages": some(LANGUAGES),
        "directors": some(list(PEOPLE)),
        "writers": some(list(PEOPLE)),
        "actors": some(list(PEOPLE)),
        "counts": counts,
        "mean": counts and sum(n * count for n, count in enumerate(counts, 1)) / sum(counts) / 2,
    }


def _describe(connection, film_id: int, about: dict) -> None:
    credits = [
        (role, person, PEOPLE[person], place)
        for role in ("director", "writer", "actor")
        for place, person in enumerate(about[f"{role}s"])
    ]
    described = dict.fromkeys(Facts.__slots__) | {name: about[name] for name in ("genres", "countries", "languages")}
    described |= {"release_year": about["year"], "runtime_minutes": about["runtime"], "credits": credits}
    facts.describe(connection, film_id, Facts(**described))
    if about["counts"]:
        facts.keep_histogram(
            connection, film_id, about["counts"], average=None, rating_count=sum(about["counts"]), fetched_at=NOW
        )
