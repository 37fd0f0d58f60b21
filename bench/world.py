"""Fills an empty database with films and members of any number, by COPY; the same for the same numbers."""

from collections.abc import Iterator

import numpy as np
from sqlalchemy import Connection, Engine, text

from schema.store import film_columns, vectors
from schema.store.bulk import copy_arrays, copy_into

GENRES = ("Action", "Adventure", "Animation", "Comedy", "Crime", "Documentary", "Drama", "Horror", "Romance", "War")
_COUNTRIES = ("France", "Italy", "Japan", "Mexico", "Poland", "South Korea", "United Kingdom", "United States")
_LANGUAGES = ("English", "French", "Italian", "Japanese", "Korean", "Polish", "Spanish")
_CREDITS = {"director": 1, "writer": 2, "actor": 10}


def fill_films(engine: Engine, films: int, seed: int = 7) -> None:
    """`films` films with ids from 1: facts for nearly all, credits, and global histograms for seven in ten."""
    draw = np.random.default_rng(seed)
    years, runtimes = draw.integers(1920, 2026, films), draw.integers(60, 200, films)
    people = films * 3 // 2
    with engine.begin() as connection:
        # The rows fit together by construction; looking up every key would take a minute.
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        copy_into(
            connection,
            "films",
            [
                "id",
                "slug",
                "title",
                "release_year",
                "runtime_minutes",
                "genres",
                "countries",
                "languages",
            ],
            (
                (n, f"film-{n}", f"Film {n}", int(years[n - 1]), int(runtimes[n - 1]), *_names(draw))
                for n in range(1, films + 1)
            ),
        )
        copy_into(
            connection, "people", ["id", "tmdb_id", "name"], ((n, n, f"Person {n}") for n in range(1, people + 1))
        )
        copy_into(
            connection, "film_credits", ["film_id", "role", "person_id", "position"], _credits(draw, films, people)
        )
        copy_into(
            connection,
            "film_histograms",
            ["film_id", "counts", "rating_count", "fetched_at"],
            (
                (n, counts.tolist(), int(counts.sum()), "2026-01-01T00:00:00Z")
                for n, counts in enumerate(draw.integers(0, 5_000, (films, 10)), 1)
                if n % 10 < 7
            ),
        )
    for first in range(1, films + 1, 10_000):
        with engine.begin() as connection:
            film_columns.rewrite(connection, range(first, min(first + 10_000, films + 1)))


def _names(draw: np.random.Generator) -> tuple[list[str], list[str], list[str]]:
    return tuple(
        [names[place] for place in sorted(set(draw.integers(0, len(names), most).tolist()))]
        for names, most in ((GENRES, 3), (_COUNTRIES, 2), (_LANGUAGES, 1))
    )


def _credits(draw: np.random.Generator, films: int, people: int) -> Iterator[tuple]:
    for role, most in _CREDITS.items():
        for film, chosen in enumerate(draw.integers(1, people + 1, (films, most)).tolist(), 1):
            yield from ((film, role, person, place) for place, person in enumerate(dict.fromkeys(chosen)))


def fill_members(engine: Engine, first: int, members: int, *, ratings_each: int, films: int) -> None:
    """Members with ids from `first`, each with as many reactions to films drawn by popularity."""
    # Popularity falls with rank as on the real site: everyone knows the first, few the last.
    weight = np.log(1.0 / (np.arange(films) + 30.0) ** 0.9)
    with engine.begin() as connection:
        copy_into(connection, "members", ["id", "username"], ((n, f"m{n:06d}") for n in range(first, first + members)))
        for member in range(first, first + members):
            draw = np.random.default_rng(member)
            # The largest of weights with Gumbel noise are a weighted sample without replacement.
            seen = np.argpartition(weight + draw.gumbel(size=films), -ratings_each)[-ratings_each:] + 1
            _copy_ratings(connection, member, np.sort(seen), draw)
    for start in range(first, first + members, 200):
        with engine.begin() as connection:
            vectors.rewrite(connection, range(start, min(start + 200, first + members)))


def _copy_ratings(connection: Connection, member: int, films: np.ndarray, draw: np.random.Generator) -> None:
    # Each film has a level of its own; stars scatter around it.
    stars = 5.5 + 2.0 * np.sin(films * 0.7) + draw.normal(0, 1.8, len(films))
    rating = np.clip(np.round(stars), 1, 10).astype(np.int16)
    unrated = draw.random(len(films)) < 0.1
    columns = {
        "member_id": np.full(len(films), member, dtype=np.int32),
        "film_id": films.astype(np.int32),
        "liked": unrated | (rating >= 8),
        "source": np.full(len(films), b"crawl"),
    }
    rated = {name: values[~unrated] for name, values in columns.items()} | {"rating": rating[~unrated]}
    copy_arrays(connection, "ratings", rated)
    copy_arrays(connection, "ratings", {name: values[unrated] for name, values in columns.items()})
