"""Which films pass a filter, in plain Python over the facts; nothing of the product is used."""

import math
from datetime import UTC, datetime

from tests.api.film_world import CIRCLE, LISTED, OTHERS, PEOPLE

YES, NO, UNKNOWN = True, False, None


def inside(value, wanted) -> bool:
    return value is not None and wanted.get("min", -math.inf) <= value <= wanted.get("max", math.inf)


def of_numbers(name):
    return lambda world, slug, wanted, ranking: inside(world.numbers[slug][name], wanted)


def needing_world(value):
    """A range of something that needs the global average of a film that someone rated."""

    def holds(world, slug, wanted, ranking):
        found = world.numbers[slug]
        if found["rated_count"] and found["global_average"] is None:
            return UNKNOWN
        return inside(value(found), wanted)

    return holds


def of_facts(name):
    def holds(world, slug, wanted, ranking):
        value = world.about[slug][name]
        return UNKNOWN if value is None else inside(value, wanted)

    return holds


def of_names(name):
    def holds(world, slug, wanted, ranking):
        has = {each.lower() for each in world.about[slug][name]}
        if not has:
            return UNKNOWN
        any_, all_, none = ({each.lower() for each in wanted.get(part) or []} for part in ("any", "all", "none"))
        return bool((not any_ or any_ & has) and all_ <= has and not none & has)

    return holds


def of_people(name):
    def holds(world, slug, wanted, ranking):
        has = set(world.about[slug][name])
        if not has:
            return UNKNOWN

        def present(given):
            return any(given == str(person) or given.lower() == PEOPLE[person].lower() for person in has)

        any_, all_, none = (wanted.get(part) or [] for part in ("any", "all", "none"))
        found = (not any_ or any(map(present, any_))) and all(map(present, all_)) and not any(map(present, none))
        return bool(found)

    return holds


def recent(world, slug, wanted, ranking):
    year, today = world.about[slug]["year"], datetime.now(UTC).year
    return UNKNOWN if year is None else today - wanted < year <= today


def rated_year(world, slug, wanted, ranking):
    years = [world.said[name, slug][3] for name in CIRCLE if (name, slug) in world.said]
    if any(inside(year, wanted) for year in years):
        return YES
    return UNKNOWN if None in years else NO


def score(world, slug, wanted, ranking):
    found = world.numbers[slug]
    if ranking == "DIVERGENCE" and found["rated_count"] and found["global_average"] is None:
        return UNKNOWN
    return inside(found["scores"][ranking.lower()], wanted)


def rated_by(world, slug, wanted, ranking):
    names = [name.lower() for name in wanted.get("usernames") or OTHERS]
    ratings = [world.said[name, slug][0] for name in names if (name, slug) in world.said]
    good = [rating for rating in ratings if rating and inside(rating / 2, wanted.get("rating") or {})]
    return len(good) >= wanted.get("atLeast", 1)


def unseen_by(world, slug, wanted, ranking):
    return not any((name.lower(), slug) in world.said for name in wanted)


def search(world, slug, wanted, ranking):
    title = world.about[slug]["title"].replace("É", "e").lower()
    return all(f" {word}" in f" {title}" for word in wanted.replace("é", "e").lower().split())


HOLDS = {
    "average": of_numbers("average"),
    "score": score,
    "ratingPercentile": of_numbers("rating_percentile"),
    "watchers": of_numbers("watchers"),
    "watcherPercentile": of_numbers("watcher_percentile"),
    "likedCount": of_numbers("liked_count"),
    "likedPct": of_numbers("liked_pct"),
    "favoriteCount": of_numbers("favorite_count"),
    "favoritePct": of_numbers("favorite_pct"),
    "divergence": needing_world(lambda found: found["divergence"]),
    "absoluteDivergence": needing_world(lambda found: found["divergence"] and abs(found["divergence"])),
    "standardDeviation": of_numbers("standard_deviation"),
    "releaseYear": of_facts("year"),
    "recentYears": recent,
    "ratedYear": rated_year,
    "runtime": of_facts("runtime"),
    "genres": of_names("genres"),
    "countries": of_names("countries"),
    "languages": of_names("languages"),
    "directors": of_people("directors"),
    "writers": of_people("writers"),
    "actors": of_people("actors"),
    "shapes": lambda world, slug, wanted, ranking: world.numbers[slug]["shape"].upper() in wanted,
    "ratedBy": rated_by,
    "unseenBy": unseen_by,
    "inList": lambda world, slug, wanted, ranking: slug in LISTED,
    "likedUnrated": lambda world, slug, wanted, ranking: (world.numbers[slug]["liked_unrated"] > 0) == wanted,
    "search": search,
}


def expected(world, given, ranking) -> tuple[set[str], set[str]]:
    """The films that pass, and those of which nobody can tell."""
    passing, unknown = set(), set()
    for slug in world.numbers:
        verdicts = [HOLDS[name](world, slug, wanted, ranking) for name, wanted in given.items()]
        if NO not in verdicts:
            (unknown if UNKNOWN in verdicts else passing).add(slug)
    return passing, unknown
