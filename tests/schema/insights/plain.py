"""A cohort's numbers worked out in plain Python from rows, one film after the other, as the guide defines them."""

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from typing import NamedTuple


class Row(NamedTuple):
    """A member's reaction to a film; the rating in half-stars."""

    member: int
    film: int
    rating: int | None
    liked: bool
    favorite: bool


def films(rows: Sequence[Row], world: Mapping[int, float], members: int) -> dict[int, dict]:
    """Everything that is said of each film, by film; `world` are the global averages that are known."""
    found = {film: _counts([row for row in rows if row.film == film]) for film in sorted({row.film for row in rows})}
    total = sum(film["rated_count"] for film in found.values())
    mean = sum(film["rating_sum"] for film in found.values()) / total / 2 if total else 0.0
    weight = sum(film["rated_count"] ** 2 for film in found.values()) / total if total else 0.0
    for film, about in found.items():
        about["global_average"] = world.get(film)
        about["divergence"] = None
        if about["average"] is not None and film in world:
            about["divergence"] = about["average"] - world[film]
        about["scores"] = _scores(about, mean, weight)
    _stand(found)
    for about in found.values():
        about["tags"] = _tags(about, members)
    return found


def ranking(found: Mapping[int, dict], strategy: str) -> list[int]:
    """Films that have a score, best first."""
    scored = [film for film, about in found.items() if about["scores"][strategy] is not None]
    return sorted(
        scored,
        key=lambda film: (
            -found[film]["scores"][strategy],
            -found[film]["rated_count"],
            -found[film]["watchers"],
            film,
        ),
    )


def _counts(rows: list[Row]) -> dict:
    ratings = [row.rating for row in rows if row.rating is not None]
    liked, favorite = sum(row.liked for row in rows), sum(row.favorite for row in rows)
    histogram = [ratings.count(n) for n in range(1, 11)]
    average = sum(ratings) / len(ratings) / 2 if ratings else None
    agreed = agreement([histogram[n] + histogram[n + 1] for n in range(0, 10, 2)]) if ratings else None
    about = {
        "watchers": len(rows),
        "rated_count": len(ratings),
        "rating_sum": sum(ratings),
        "rating_sum_squares": sum(rating**2 for rating in ratings),
        "average": average,
        "standard_deviation": math.sqrt(sum((r / 2 - average) ** 2 for r in ratings) / len(ratings))
        if ratings
        else None,
        "liked_count": liked,
        "favorite_count": favorite,
        "liked_unrated": sum(row.liked and row.rating is None for row in rows),
        "liked_pct": 100 * liked / len(rows),
        "favorite_pct": 100 * favorite / len(rows),
        "histogram": histogram,
        "agreement": None if agreed is None else float(agreed),
    }
    about["shape"] = _shape(about, agreed)
    return about


def agreement(counts: list[int]) -> Fraction:
    """Van der Eijk's A, layer by layer: take off what the emptiest of the filled categories holds, and go on."""
    total, found = sum(counts), Fraction(0)
    while any(counts):
        filled = [count > 0 for count in counts]
        thickness = min(count for count in counts if count)
        found += Fraction(thickness * sum(filled), total) * _layer(filled)
        counts = [count - thickness if count else 0 for count in counts]
    return found


def _layer(filled: list[bool]) -> Fraction:
    number = len(filled)
    triples = [(filled[i], filled[j], filled[k]) for i, j, k in combinations(range(number), 3)]
    unimodal = triples.count((True, True, False)) + triples.count((False, True, True))
    gaps = triples.count((True, False, True))
    shape = Fraction(1)
    if unimodal + gaps:
        shape = Fraction((number - 2) * unimodal - (number - 1) * gaps, (number - 2) * (unimodal + gaps))
    return shape * (1 - Fraction(sum(filled) - 1, number - 1))


def _shape(about: dict, agreed: Fraction | None) -> str:
    if about["rated_count"] == 0 and about["liked_count"]:
        return "all_likes"
    if about["rated_count"] < 5:
        return "too_few"
    if agreed >= Fraction(1, 2):
        return "tight_consensus" if agreed >= Fraction(4, 5) else "broad_agreement"
    stars, total = [sum(about["histogram"][n : n + 2]) for n in range(0, 10, 2)], about["rated_count"]
    if 4 * (stars[0] + stars[1]) >= total and 4 * stars[4] >= total:
        return "love_or_leave"
    depth = max(min(stars[i], stars[k]) - stars[j] for i, j, k in combinations(range(5), 3))
    return "bimodal" if depth >= 2 and 10 * depth >= total else "divisive"


def _scores(about: dict, mean: float, weight: float) -> dict[str, float | None]:
    n, stars = about["rated_count"], about["rating_sum"] / 2
    likes, favorites = about["liked_count"], about["favorite_count"]
    scores = dict.fromkeys(("bayesian", "average", "wilson", "affinity", "divergence"))
    if n:
        z = 1.959963984540054
        p = sum(about["histogram"][7:]) / n
        scores["bayesian"] = (weight * mean + stars) / (weight + n)
        scores["average"] = about["average"]
        root = z * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
        scores["wilson"] = (p + z**2 / (2 * n) - root) / (1 + z**2 / n) if p else 0.0
        if about["divergence"] is not None:
            scores["divergence"] = n / (n + weight) * about["divergence"]
    if n + likes + favorites:
        warmth = (weight * mean + stars + 4.5 * likes + 5 * favorites) / (weight + n + likes + favorites)
        scores["affinity"] = mean + (warmth - mean) * (1 + (about["agreement"] if n else 1)) / 2
    return scores


def _stand(found: dict[int, dict]) -> None:
    scores = [about["scores"]["bayesian"] for about in found.values() if about["rated_count"]]
    watchers = [about["watchers"] for about in found.values()]
    for about in found.values():
        score = about["scores"]["bayesian"]
        about["rating_percentile"] = None if score is None else _percentile(score, scores)
        about["rating_z"] = None if score is None else _z(score, scores)
        about["watcher_percentile"] = _percentile(about["watchers"], watchers)
        about["watcher_z"] = _z(math.log2(about["watchers"]), [math.log2(each) for each in watchers])
        about["watcher_bucket"] = about["watchers"].bit_length() - 1


def _percentile(value: float, among: list[float]) -> float:
    return 100 * (sum(other < value for other in among) + sum(other == value for other in among) / 2) / len(among)


def _z(value: float, among: list[float]) -> float:
    mean = sum(among) / len(among)
    spread = math.sqrt(sum((other - mean) ** 2 for other in among) / len(among))
    return (value - mean) / spread if spread > 1e-12 else 0.0


def _tags(about: dict, members: int) -> list[str]:
    standing, apart = about["rating_percentile"], about["scores"]["divergence"]
    has = {
        "acclaimed": standing is not None and standing >= 95,
        "widely_seen": about["watcher_percentile"] >= 95,
        "hidden_gem": standing is not None
        and standing >= 90
        and about["rated_count"] >= 3
        and 10 * about["watchers"] <= members,
        "divisive": about["shape"] in {"divisive", "bimodal", "love_or_leave"},
        "warmer_than_letterboxd": apart is not None and apart >= 0.5,
        "cooler_than_letterboxd": apart is not None and apart <= -0.5,
        "all_hearts": about["liked_count"] == about["watchers"] >= 3,
    }
    return [name for name, holds in has.items() if holds]
