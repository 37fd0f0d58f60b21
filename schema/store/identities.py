"""Which TMDB title a film is: said by sources that we trust more or less, and corrected for good by hand."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, text

from schema.store import facts, matching, metadata
from schema.store.locks import hold_films
from schema.store.metadata import Candidate
from schema.store.payloads import Title

# From the least trusted to what nothing overrules. What only proposes is believed when TMDB's record fits.
PROPOSING = ("search", "wikidata", "catalogue")
TRUST = (*PROPOSING, "feed", "page", "manual")


@dataclass(frozen=True, slots=True)
class Found:
    """What a source says a film is; no TMDB id means that TMDB does not have it."""

    film_id: int
    tmdb_type: str | None
    tmdb_id: int | None
    imdb_id: str | None = None


def identify(
    connection: Connection,
    film_id: int,
    *,
    tmdb_type: str | None,
    tmdb_id: int | None,
    found_by: str,
    imdb_id: str | None = None,
) -> bool:
    """Records what a source of TRUST says one film is; False when a more trusted one has spoken."""
    return bool(identify_all(connection, [Found(film_id, tmdb_type, tmdb_id, imdb_id)], found_by))


def identify_all(connection: Connection, found: Sequence[Found], found_by: str) -> set[int]:
    """Records what a source says films are, and queues the TMDB fetch; returns the films it was believed for.

    A film with another identity loses the facts that came with it. Proposing sources are not believed for
    titles that two films would share, which stay open with the candidate; other sources put a film that was
    proposed for the same title into doubt.
    """
    if found_by in PROPOSING:
        found = _without_shared(connection, found, found_by)
    given = {
        "films": [each.film_id for each in found],
        "types": [each.tmdb_type for each in found],
        "ids": [each.tmdb_id for each in found],
        "imdb": [each.imdb_id for each in found],
        "by": found_by,
        "trust": list(TRUST),
    }
    table = "unnest(CAST(:films AS int[]), CAST(:types AS text[]), CAST(:ids AS int[]), CAST(:imdb AS text[]))"
    believed = (
        f"FROM {table} g (film_id, tmdb_type, tmdb_id, imdb_id) WHERE f.id = g.film_id AND (f.identified_by IS NULL"
        " OR array_position(:trust, f.identified_by) <= array_position(:trust, CAST(:by AS text)))"
    )
    other = connection.execute(
        text(
            f"SELECT f.id FROM films f, {table} g (film_id, tmdb_type, tmdb_id, imdb_id) WHERE f.id = g.film_id"
            " AND f.tmdb_id IS NOT NULL AND (f.tmdb_type, f.tmdb_id) IS DISTINCT FROM (g.tmdb_type, g.tmdb_id)"
            " AND array_position(:trust, f.identified_by) <= array_position(:trust, CAST(:by AS text))"
        ),
        given,
    ).scalars()
    _forget(connection, list(other))
    rows = connection.execute(
        text(
            "UPDATE films f SET tmdb_type = g.tmdb_type, tmdb_id = g.tmdb_id,"
            f" imdb_id = coalesce(g.imdb_id, f.imdb_id), identified_by = :by {believed} RETURNING f.id, f.tmdb_id"
        ),
        given,
    ).all()
    known = [film for film, tmdb_id in rows if tmdb_id is not None]
    metadata.settle(connection, known, "identity")
    metadata.settle(connection, [film for film, tmdb_id in rows if tmdb_id is None], "identity", "absent")
    metadata.want(connection, known, "tmdb")
    if found_by not in PROPOSING and known:
        hold_films(connection)
        for film in known:
            matching.unite(connection, film)
        _doubt_others(connection, known)
    return {film for film, _ in rows}


def reject(connection: Connection, film_id: int, source: str, why: str) -> None:
    """Takes back what a proposing source said of a film; it stays open with the candidate."""
    row = connection.execute(
        text(
            "SELECT tmdb_type, tmdb_id FROM films WHERE id = :film AND identified_by = :source AND tmdb_id IS NOT NULL"
        ),
        {"film": film_id, "source": source},
    ).one_or_none()
    if row is None:
        return  # somebody knew better meanwhile
    _forget(connection, [film_id])
    connection.execute(
        text("UPDATE films SET tmdb_type = NULL, tmdb_id = NULL, identified_by = NULL WHERE id = :film"),
        {"film": film_id},
    )
    connection.execute(
        text("DELETE FROM film_metadata_sync WHERE film_id = :film AND kind = 'tmdb'"), {"film": film_id}
    )
    metadata.reopen(connection, [film_id], "identity")
    metadata.keep_open(connection, source, [film_id], {film_id: [Candidate(source, *row, why)]})


def gone(connection: Connection, film_ids: Sequence[int], reason: str) -> None:
    """TMDB does not have the title that these films are: a known absence, until the film page names another one."""
    metadata.settle(connection, film_ids, "tmdb", "absent", reason=reason)
    told = connection.execute(
        text("SELECT id FROM films WHERE id = ANY(:films) AND identified_by <> 'manual'"), {"films": list(film_ids)}
    )
    metadata.settle(connection, list(told.scalars()), "identity", "absent", reason=f"tmdb: {reason}")


def films_by_title(connection: Connection, titles: Collection[Title]) -> dict[Title, list[int]]:
    """Films identified as these TMDB titles; titles of no film are left out."""
    rows = connection.execute(
        text(
            "SELECT f.tmdb_type, f.tmdb_id, f.id FROM films f"
            " JOIN unnest(CAST(:types AS text[]), CAST(:ids AS int[])) t (tmdb_type, tmdb_id)"
            " USING (tmdb_type, tmdb_id) ORDER BY f.id"
        ),
        {"types": [kind for kind, _ in titles], "ids": [number for _, number in titles]},
    )
    found: dict[Title, list[int]] = {}
    for kind, number, film in rows:
        found.setdefault((kind, number), []).append(film)
    return found


def move(connection: Connection, old: Title, new: Title) -> None:
    """TMDB has merged a title into another: its films follow, whoever identified them."""
    connection.execute(
        text("UPDATE films SET tmdb_type = :type, tmdb_id = :id WHERE tmdb_type = :old_type AND tmdb_id = :old_id"),
        {"type": new[0], "id": new[1], "old_type": old[0], "old_id": old[1]},
    )
    connection.execute(
        text("DELETE FROM tmdb_payloads WHERE type = :type AND id = :id"), {"type": old[0], "id": old[1]}
    )


def _without_shared(connection: Connection, found: Sequence[Found], source: str) -> list[Found]:
    """Those whose title no other film has, here or among the known; notes the others as conflicts."""
    films_by_title: dict[tuple[str | None, int | None], set[int]] = {}
    for each in found:
        films_by_title.setdefault((each.tmdb_type, each.tmdb_id), set()).add(each.film_id)
    for film, *title in connection.execute(
        text("SELECT id, tmdb_type, tmdb_id FROM films WHERE tmdb_id = ANY(:ids)"),
        {"ids": [each.tmdb_id for each in found]},
    ):
        if tuple(title) in films_by_title:
            films_by_title[tuple(title)].add(film)
    shared = [each for each in found if films_by_title[each.tmdb_type, each.tmdb_id] != {each.film_id}]
    conflicts = {}
    for each in shared:
        others = films_by_title[each.tmdb_type, each.tmdb_id] - {each.film_id}
        why = f"film {min(others)} is said to be this title, too"
        conflicts[each.film_id] = [Candidate(source, each.tmdb_type, each.tmdb_id, why)]
    metadata.keep_open(connection, source, list(conflicts), conflicts)
    return [each for each in found if each.film_id not in conflicts]


def _doubt_others(connection: Connection, film_ids: Collection[int]) -> None:
    for film, source, owner in connection.execute(
        text(
            "SELECT f.id, f.identified_by, min(o.id) FROM films f"
            " JOIN films o ON (o.tmdb_type, o.tmdb_id) = (f.tmdb_type, f.tmdb_id) AND o.id = ANY(:films)"
            " WHERE f.identified_by = ANY(:proposing) AND f.id <> o.id GROUP BY f.id"
        ),
        {"films": list(film_ids), "proposing": list(PROPOSING)},
    ).all():
        reject(connection, film, source, f"it is film {owner}, which is certain")


def _forget(connection: Connection, film_ids: Sequence[int]) -> None:
    """Takes away what a wrong title told about films, so that the right one starts from nothing."""
    if film_ids:
        connection.execute(text("UPDATE films SET imdb_id = NULL WHERE id = ANY(:films)"), {"films": list(film_ids)})
        facts.forget(connection, film_ids)
