"""The queue gives out what is due, most-watched first, and nothing it should not."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text

from schema.insights.enrichment import num_due, still_open
from schema.store import cohorts, facts, films, identities, members, metadata, payloads, reactions, retention
from schema.store.films import Identity
from schema.store.metadata import DUE, Candidate
from schema.store.reactions import Reaction

NOW = datetime.now(UTC)


@pytest.fixture
def watched(connection):
    """Films a, b, c, watched by one, three and two members, and d by none."""
    ids = films.resolve(connection, [Identity(slug, n, slug.title(), 2000) for n, slug in enumerate("abcd", 1)])
    people = list(members.upsert(connection, {"one": None, "two": None, "three": None}).values())
    pairs = [(people[0], ids[0]), *((person, ids[1]) for person in people), *((p, ids[2]) for p in people[:2])]
    reactions.upsert(connection, [Reaction(*pair, 8) for pair in pairs], ["rating"], source="crawl", observed_at=NOW)
    cohort = cohorts.create(connection, "circle", {"usernames": ["one"]})
    cohorts.set_members(connection, cohort, people[:1])
    return ids, cohort


def slugs(connection, source, *arguments):
    due = metadata.due_ids(connection, source, *arguments)
    return "".join(film.slug for film in metadata.wanted(connection, source, due))


def entry(connection, film_id, kind):
    return connection.execute(
        text(
            "SELECT status, attempts, error, next_attempt_at - now() AS wait FROM film_metadata_sync"
            " WHERE film_id = :film AND kind = :kind"
        ),
        {"film": film_id, "kind": kind},
    ).one()


def test_most_watched_first_within_the_limit_and_the_cohort(connection, watched):
    _, cohort = watched
    assert slugs(connection, "wikidata") == "bcad"
    assert slugs(connection, "page", 2) == "bc"
    assert slugs(connection, "search", None, cohort) == "abc"
    assert slugs(connection, "histogram") == "bca"  # nobody watched d


def test_the_count_is_that_of_the_list(connection, watched):
    _, cohort = watched
    for source in DUE:
        assert num_due(connection, source) == len(metadata.due_ids(connection, source))
        assert num_due(connection, source, cohort) == len(metadata.due_ids(connection, source, None, cohort))


def test_what_failed_waits_longer_each_time_and_can_be_retried(connection, watched):
    (a, *_), _ = watched
    waits = []
    for _ in range(8):
        metadata.fail(connection, [a], "identity", "page: no answer")
        waits.append(entry(connection, a, "identity").wait / timedelta(hours=1))
    assert waits == [1, 4, 16, 64, 168, 168, 168, 168]
    metadata.settle(connection, [a], "identity")
    metadata.fail(connection, [a], "identity", "page: no answer")
    assert entry(connection, a, "identity").wait == timedelta(hours=1)  # what succeeded meanwhile starts anew
    assert "a" not in slugs(connection, "page")
    assert metadata.retry(connection, "histogram") == 0
    assert metadata.retry(connection, "identity") == 1
    assert "a" in slugs(connection, "page")


def test_a_source_without_an_answer_is_not_asked_again_and_leaves_its_candidates(connection, watched):
    (a, b, *_), _ = watched
    candidate = Candidate("wikidata", "movie", 1, "one of two")
    metadata.fail(connection, [a], "identity", "wikidata: no answer")
    metadata.keep_open(connection, "wikidata", [a, b], {a: [candidate]})
    metadata.keep_open(connection, "wikidata", [a], {a: [candidate]})  # delivered twice
    assert slugs(connection, "wikidata") == "cd"
    assert slugs(connection, "search") == "bcad"
    shown = {each.slug: (each.status, each.asked, each.candidates) for each in still_open(connection, 10)}
    assert shown == {
        "a": ("pending", ["wikidata"], [{"source": "wikidata", "tmdb": "movie/1", "why": "one of two"}]),
        "b": ("pending", ["wikidata"], []),
    }


def test_sources_are_asked_anew_a_month_after_the_last_had_no_answer(connection, watched):
    (a, b, *_), _ = watched
    candidate = Candidate("search", "movie", 1, "a year off")
    metadata.keep_open(connection, "wikidata", [a, b])
    metadata.keep_open(connection, "search", [a], {a: [candidate]})
    assert metadata.ask_anew(connection) == 0
    connection.execute(
        text("UPDATE film_metadata_sync SET asked_at = now() - interval '31 days' WHERE film_id = :a"), {"a": a}
    )
    assert metadata.ask_anew(connection) == 1
    assert (slugs(connection, "wikidata"), slugs(connection, "search")) == ("cad", "bcad")
    (film,) = metadata.wanted(connection, "wikidata", [a])
    assert [each["tmdb"] for each in film.candidates] == ["movie/1"]  # what was proposed is not forgotten


def test_an_answer_is_due_again_when_it_has_expired_or_is_gone(connection, watched):
    (a, b, *_), _ = watched
    for film, number in ((a, 1), (b, 2)):
        identities.identify(connection, film, tmdb_type="movie", tmdb_id=number, found_by="page")
    assert slugs(connection, "tmdb") == "ba"
    later = NOW + timedelta(hours=1)
    payloads.keep(connection, [payloads.Payload("movie", n, "{}", "e", NOW, later) for n in (1, 2)])
    metadata.settle(connection, [a, b], "tmdb")
    assert slugs(connection, "tmdb") == ""
    connection.execute(text("UPDATE tmdb_payloads SET expires_at = now() - interval '1 second' WHERE id = 1"))
    assert slugs(connection, "tmdb") == "a"
    connection.execute(text("UPDATE tmdb_payloads SET fetched_at = now() - interval '181 days' WHERE id = 2"))
    assert retention.enforce(connection) == 1
    assert slugs(connection, "tmdb") == "ba"
    metadata.fail(connection, [a], "tmdb", "no answer")
    assert slugs(connection, "tmdb") == "b"


@pytest.mark.parametrize(
    ("age_days", "wait_days"), [(0, 7), (140, 7), (200, 10), (2000, 100), (20_000, 180), (None, 180)]
)
def test_histograms_are_refreshed_by_how_fast_they_can_change(age_days, wait_days):
    released = None if age_days is None else NOW.date() - timedelta(days=age_days)
    assert facts.changed_by(released, NOW) - NOW == timedelta(days=wait_days)


def keep(connection, film, total, at=NOW):
    facts.keep_histogram(connection, film, [total] + [0] * 9, average=4.0, rating_count=total, fetched_at=at, fans=3)


def stored(connection, film):
    return connection.execute(
        text("SELECT rating_count FROM film_histograms WHERE film_id = :film"), {"film": film}
    ).scalar_one_or_none()


def test_a_fetched_histogram_is_due_again_with_age(connection, watched):
    (a, *_), _ = watched
    connection.execute(text("UPDATE films SET release_date = :day"), {"day": date(2000, 1, 1)})
    keep(connection, a, 500)
    assert slugs(connection, "histogram") == "bc"
    connection.execute(text("UPDATE film_metadata_sync SET next_attempt_at = now() WHERE kind = 'histogram'"))
    assert slugs(connection, "histogram") == "bca"  # what was never fetched comes first


@pytest.mark.parametrize(("total", "fits"), [(1000, True), (990, True), (1010, True), (989, False), (1011, False)])
@pytest.mark.parametrize("page_first", [True, False])
def test_histogram_and_film_page_agree_within_one_percent(connection, watched, total, fits, page_first):
    (a, *_), _ = watched
    if page_first:
        facts.note_page(connection, a, 1000, NOW - timedelta(hours=1))
        keep(connection, a, total)
        assert stored(connection, a) == (total if fits else None)
    else:
        keep(connection, a, total)
        facts.note_page(connection, a, 1000, NOW + timedelta(hours=1))
    status, _, error, _ = entry(connection, a, "histogram")
    assert status == ("fetched" if fits else "failed")
    assert fits or error == f"{total} ratings in the histogram, 1000 on the film page: more than 1 % apart"


def test_counts_of_other_days_are_not_compared(connection, watched):
    (a, *_), _ = watched
    facts.note_page(connection, a, 1000, NOW - timedelta(days=2))
    keep(connection, a, 1200)
    assert stored(connection, a) == 1200


def test_a_known_absence_is_asked_after_again_after_half_a_year_unless_said_by_hand(connection, watched):
    (a, b, *_), _ = watched
    for film, source in ((a, "page"), (b, "manual")):
        identities.identify(connection, film, tmdb_type=None, tmdb_id=None, found_by=source)
    assert entry(connection, a, "identity").wait == timedelta(days=180)
    assert slugs(connection, "page") == "cd"
    connection.execute(text("UPDATE film_metadata_sync SET next_attempt_at = now() WHERE status = 'absent'"))
    assert slugs(connection, "page") == "cad"
    assert slugs(connection, "wikidata") == "cd"  # whoever is trusted less would not be believed


def test_a_film_without_a_histogram_is_asked_after_again_when_it_can_have_one(connection, watched):
    (a, b, *_), _ = watched
    connection.execute(text("UPDATE films SET release_date = :day WHERE id = :film"), {"day": NOW.date(), "film": b})
    for film in (a, b):
        facts.no_histogram(connection, film, "blank page")
    assert slugs(connection, "histogram") == "c"
    assert entry(connection, b, "histogram").wait == pytest.approx(timedelta(days=7), abs=timedelta(minutes=1))
    assert entry(connection, a, "histogram").wait > timedelta(days=170)


def test_a_title_that_is_gone_is_a_known_absence_until_the_page_names_another(connection, watched):
    (a, b, *_), _ = watched
    identities.identify(connection, a, tmdb_type="movie", tmdb_id=1, found_by="page")
    identities.identify(connection, b, tmdb_type="movie", tmdb_id=2, found_by="manual")
    identities.gone(connection, [a, b], "not found")
    assert [entry(connection, film, "identity").status for film in (a, b)] == ["absent", "fetched"]
    assert slugs(connection, "tmdb") == ""
    connection.execute(text("UPDATE film_metadata_sync SET next_attempt_at = now() WHERE status = 'absent'"))
    assert "a" in slugs(connection, "page") and "b" not in slugs(connection, "page")
    assert slugs(connection, "tmdb") == "ba"
    identities.identify(connection, a, tmdb_type="movie", tmdb_id=3, found_by="page")
    assert slugs(connection, "tmdb") == "ba"
    assert entry(connection, a, "tmdb").status == "pending"


def test_what_was_derived_goes_with_the_answer_that_is_too_old(connection, watched):
    (a, b, *_), _ = watched
    for film, number in ((a, 1), (b, 2)):
        identities.identify(connection, film, tmdb_type="movie", tmdb_id=number, imdb_id="tt1", found_by="page")
        facts.describe(
            connection,
            film,
            facts.Facts(
                "Ten", NOW.date(), 2000, 90, "x.jpg", "tt1", None, ["Drama"], [], [], [("actor", number, "A", 0)]
            ),
        )
        payloads.keep(connection, [payloads.Payload("movie", number, "{}", "e", NOW, NOW + timedelta(hours=1))])
    connection.execute(text("UPDATE tmdb_payloads SET fetched_at = now() - interval '181 days' WHERE id = 1"))
    assert retention.enforce(connection) == 1
    rows = connection.execute(
        text(
            "SELECT tmdb_id, imdb_id, identified_by, original_title, genres FROM films WHERE id IN (:a, :b) ORDER BY id"
        ),
        {"a": a, "b": b},
    ).all()
    assert rows == [(1, "tt1", "page", None, []), (2, "tt1", "page", "Ten", ["Drama"])]
    assert connection.execute(text("SELECT tmdb_id FROM people")).scalars().all() == [2]
    assert slugs(connection, "tmdb") == "a"
