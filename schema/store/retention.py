"""What TMDB's terms let nobody keep beyond six months: its answers, and what was derived from them."""

from sqlalchemy import Connection, text

from schema.store import facts, identities, metadata, payloads


def enforce(connection: Connection) -> int:
    """Throws away answers that nobody could validate for so long, with the facts that came from them.

    Their films keep their identity and are due again. Returns how many answers were thrown away.
    """
    dropped = payloads.drop_old(connection)
    films = sorted(film for ids in identities.films_by_title(connection, dropped).values() for film in ids)
    if films:
        facts.forget(connection, films)
        metadata.want(connection, films, "tmdb")
        connection.execute(
            text("DELETE FROM people p WHERE NOT EXISTS (SELECT FROM film_credits WHERE person_id = p.id)")
        )
    return len(dropped)
