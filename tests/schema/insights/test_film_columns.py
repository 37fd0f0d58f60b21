"""Film columns find the films of terms through any changes, and fit into memory."""

import tracemalloc

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from schema.insights.film_columns import NAMES, NUMBERS, PEOPLE, Change, FilmColumns, Pairs

FILMS = 100_000
LIMIT_MB = 100
_PEOPLE_EACH = {"directors": 1, "writers": 2, "actors": 10}
_NAMES_EACH = {"genres": 3, "countries": 2, "languages": 1}


def _change(stamp, people):
    """Films by id with their directors; nothing else is known of them."""
    film_ids = np.array(sorted(people), dtype=np.int64)
    pairs = [(film, person) for film in sorted(people) for person in people[film]]
    owners, persons = np.array(pairs, dtype=np.int32).reshape(-1, 2).T
    return Change(
        film_ids,
        np.full(len(film_ids), stamp),
        ["" for _ in people],
        [None for _ in people],
        {name: np.full(len(film_ids), np.nan) for name in NUMBERS},
        {name: (np.empty(0, dtype=np.int32), []) for name in NAMES},
        dict.fromkeys(PEOPLE, Pairs.of(owners, persons)),
    )


@given(st.lists(st.dictionaries(st.integers(1, 9), st.sets(st.integers(1, 5), max_size=4)), max_size=6))
def test_terms_find_their_films_through_any_changes(changes):
    columns, told = FilmColumns(), {}
    for stamp, people in enumerate(changes, 1):
        columns = columns.moved(stamp, stamp, _change(stamp, people))
        told |= people
    films = np.arange(12)  # some of which are in no change
    for wanted in ([], [1], [2, 5], [1, 2, 3, 4, 5, 6]):
        expected = [bool(told.get(film, set()) & set(wanted)) for film in films]
        assert columns.has("directors", wanted, films).tolist() == expected
    assert columns.known("actors", films).tolist() == [bool(told.get(film)) for film in films]


def test_a_hundred_thousand_films_stay_within_the_limit():
    draw = np.random.default_rng(7)
    film_ids = np.arange(1, FILMS + 1)
    owned = {name: np.repeat(film_ids, each).astype(np.int32) for name, each in (_PEOPLE_EACH | _NAMES_EACH).items()}
    change = Change(
        film_ids,
        np.full(FILMS, 77),
        [f"The Title of Film {number}" for number in range(FILMS)],
        [f"Le titre du film {number}" for number in range(FILMS)],
        {name: draw.random(FILMS) for name in NUMBERS},
        {name: (owned[name], [f"{name} {n}" for n in draw.integers(0, 40, len(owned[name]))]) for name in NAMES},
        {name: Pairs.of(owned[name], draw.integers(1, FILMS, len(owned[name]), dtype=np.int32)) for name in PEOPLE},
    )
    tracemalloc.start()
    try:
        columns = FilmColumns().moved(1, 2, change)
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert columns.title(FILMS) == "the title of film 99999"
    assert 10 < held / 2**20 <= LIMIT_MB
