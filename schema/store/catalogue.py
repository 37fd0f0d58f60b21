"""The catalogue: what an imported dump says slugs are, kept for films we meet later."""

from collections.abc import Iterable

from sqlalchemy import Connection, text

from schema.store import identities, metadata
from schema.store.bulk import fill_temporary
from schema.store.identities import Found
from schema.store.metadata import DUE, Candidate

# slug, tmdb_type (movie or tv), tmdb_id, imdb_id
Title = tuple[str, str, int, str | None]


def replace(connection: Connection, titles: Iterable[Title]) -> int:
    """Makes these titles the catalogue, in place of an earlier dump; returns how many it holds.

    Films that are still open are looked up again.
    """
    fill_temporary(
        connection,
        "incoming_catalogue",
        {"slug": "text", "tmdb_type": "text", "tmdb_id": "int", "imdb_id": "text"},
        titles,
    )
    connection.execute(text("DELETE FROM catalogue"))
    held = connection.execute(
        text(
            "INSERT INTO catalogue (slug, tmdb_type, tmdb_id, imdb_id)"
            " SELECT slug, tmdb_type, tmdb_id, min(imdb_id) FROM incoming_catalogue GROUP BY 1, 2, 3"
        )
    ).rowcount
    connection.execute(
        text(
            "UPDATE film_metadata_sync SET asked = array_remove(asked, 'catalogue')"
            " WHERE kind = 'identity' AND 'catalogue' = ANY(asked)"
        )
    )
    return held


def look_up(connection: Connection) -> int:
    """Identifies the films of the queue that the catalogue has, under any slug they had; returns how many.

    Films for which it has two titles stay open with both.
    """
    rows = connection.execute(
        text(
            "SELECT f.id, c.tmdb_type, c.tmdb_id, min(c.imdb_id) FROM film_metadata_sync q"
            " JOIN films f ON f.id = q.film_id JOIN film_slugs s ON s.film_id = f.id"
            " JOIN catalogue c ON c.slug = s.slug"
            f" WHERE {DUE['catalogue']} GROUP BY 1, 2, 3 ORDER BY 1"
        )
    )
    titles: dict[int, list[Found]] = {}
    for film, tmdb_type, tmdb_id, imdb_id in rows:
        titles.setdefault(film, []).append(Found(film, tmdb_type, tmdb_id, imdb_id))
    conflicts = {
        film: [Candidate("catalogue", f.tmdb_type, f.tmdb_id, "the catalogue has two titles") for f in found]
        for film, found in titles.items()
        if len(found) > 1
    }
    metadata.keep_open(connection, "catalogue", list(conflicts), conflicts)
    certain = [found[0] for film, found in titles.items() if film not in conflicts]
    return len(identities.identify_all(connection, certain, "catalogue"))
