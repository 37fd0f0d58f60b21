"""One film, one row, whatever it is called today."""

from sqlalchemy import text

from schema.store import films
from schema.store.films import Identity


def slugs(connection):
    return dict(connection.execute(text("SELECT letterboxd_id, slug FROM films")).all())


def test_films_are_made_once_and_found_in_order(connection):
    wanted = [
        Identity("alpha", 1, "Alpha", 2001),
        Identity("beta", 2, "Beta", None),
        Identity("alpha", 1, "Alpha", 2001),
    ]
    first = films.resolve(connection, wanted)
    assert first[0] == first[2] != first[1]
    assert films.resolve(connection, wanted) == first
    assert connection.execute(text("SELECT count(*) FROM films")).scalar() == 2


def test_new_films_enter_the_enrichment_queue(connection):
    (film,) = films.resolve(connection, [Identity("alpha", 1, "Alpha", 2001)])
    queued = connection.execute(text("SELECT film_id, kind, status FROM film_metadata_sync ORDER BY kind")).all()
    assert queued == [(film, "histogram", "pending"), (film, "identity", "pending")]


def test_a_rename_keeps_the_row_and_both_slugs_find_it(connection):
    (film,) = films.resolve(connection, [Identity("heat", 7, "Heat", 1995)])
    assert films.resolve(connection, [Identity("heat-1995", 7, "Heat", 1995)]) == [film]
    assert slugs(connection) == {7: "heat-1995"}
    assert films.resolve(connection, [Identity("heat", None, "Heat", 1995)]) == [film]
    assert films.resolve(connection, [Identity("heat-1995", None, "Heat", None)]) == [film]


def test_a_slug_that_moves_to_another_film_takes_nothing_with_it(connection):
    (old,) = films.resolve(connection, [Identity("heat", 7, "Heat", 1995)])
    (new,) = films.resolve(connection, [Identity("heat", 8, "Heat", 2023)])
    assert new != old
    assert slugs(connection) == {7: None, 8: "heat"}
    assert films.resolve(connection, [Identity("heat-1995", 7, "Heat", 1995)]) == [old]


def test_two_films_may_swap_slugs_in_one_page(connection):
    one, two = films.resolve(connection, [Identity("x", 1, "X", 2001), Identity("y", 2, "Y", 2002)])
    assert films.resolve(connection, [Identity("y", 1, "X", 2001), Identity("x", 2, "Y", 2002)]) == [one, two]
    assert slugs(connection) == {1: "y", 2: "x"}


def test_a_film_met_by_slug_alone_gets_its_number_later(connection):
    (film,) = films.resolve(connection, [Identity("alpha", None, "Alpha", None)])
    assert films.resolve(connection, [Identity("alpha", 1, "Alpha", 2001)]) == [film]
    assert connection.execute(text("SELECT letterboxd_id, release_year FROM films")).all() == [(1, 2001)]


def test_a_year_learned_late_is_kept(connection):
    films.resolve(connection, [Identity("alpha", 1, "Alpha", None)])
    films.resolve(connection, [Identity("alpha", 1, "Alpha", 2001)])
    films.resolve(connection, [Identity("alpha", 1, "Alpha", None)])
    assert connection.execute(text("SELECT release_year FROM films")).scalar() == 2001
