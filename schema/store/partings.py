"""Takes apart again what title and year alone had made one film, when a page tells that they are two.

Such a film was known by number to exports and by slug to feeds and pages, and nobody had shown both names together.
So what exports told belongs to the number, everything else to the slug, which keeps the row.
"""

from sqlalchemy import Connection, Row, text

from schema.store import cohorts, film_columns, identities, matching, metadata, vectors
from schema.store.locks import hold_merges

_GUESSES = """
    SELECT DISTINCT f.id, f.letterboxd_id, f.slug, f.title, f.release_year
    FROM films f JOIN film_merges g ON g.kept_id = f.id AND g.guessed AND g.undone_at IS NULL
    WHERE {} ORDER BY f.id"""

_MOVE = """
    INSERT INTO ratings (member_id, film_id, rating, liked, watched, rated_at, diary_entry_url, source, observed_at,
                         favorite, favorite_source, favorite_observed_at)
    SELECT member_id, :numbered, CASE WHEN told THEN rating END, told AND liked, told AND watched,
           CASE WHEN told THEN rated_at END, CASE WHEN told THEN diary_entry_url END, 'export',
           CASE WHEN told THEN observed_at END, shown, CASE WHEN shown THEN 'export' END,
           CASE WHEN shown THEN favorite_observed_at END
    FROM (SELECT *, source = 'export' AND (rating IS NOT NULL OR liked OR watched) AS told,
                 favorite AND favorite_source = 'export' AS shown
          FROM ratings WHERE film_id = :film) r
    WHERE told OR shown"""
_LEAVE = [
    """
    UPDATE ratings SET rating = NULL, liked = false, watched = false, rated_at = NULL, diary_entry_url = NULL,
        observed_at = NULL, source = coalesce(favorite_source, source)
    WHERE film_id = :film AND source = 'export'""",
    """
    UPDATE ratings SET favorite = false, favorite_source = NULL, favorite_observed_at = NULL
    WHERE film_id = :film AND favorite_source = 'export'""",
    # What a crawl never tells came from elsewhere.
    """
    UPDATE ratings SET rated_at = NULL, diary_entry_url = NULL, watched = false
    WHERE film_id = :film AND source = 'crawl'""",
    "DELETE FROM ratings WHERE film_id = :film AND rating IS NULL AND NOT liked AND NOT watched AND NOT favorite",
    "UPDATE rating_events SET film_id = :numbered WHERE film_id = :film AND source = 'export'",
    # Numbers that were merged away upstream led to the number.
    "UPDATE film_merges SET kept_id = :numbered WHERE kept_id = :film AND NOT guessed AND slug IS NULL",
    "UPDATE film_merges SET undone_at = now() WHERE kept_id = :film AND guessed AND undone_at IS NULL",
]
# Members who gave an export and are known from elsewhere, too: of their two reactions the row kept one.
_BOTH = """
    SELECT r.member_id FROM ratings r WHERE r.film_id IN (:film, :numbered)
    AND EXISTS (SELECT FROM consents c WHERE c.member_id = r.member_id AND c.source = 'export'
                AND c.withdrawn_at IS NULL)
    AND (EXISTS (SELECT FROM feed_items i WHERE i.member_id = r.member_id AND i.film_id = :film)
         OR EXISTS (SELECT FROM listings l WHERE l.member_id = r.member_id AND l.run_id IS NOT NULL
                    AND l.kind IN ('rated', 'likes', 'profile')))"""
_TELL_AGAIN = [
    f"UPDATE feeds SET etag = NULL, last_modified = NULL WHERE member_id IN ({_BOTH})",
    f"DELETE FROM listings WHERE member_id IN ({_BOTH}) AND kind IN ('rated', 'likes', 'watched', 'profile')",
]


def hold_against(connection: Connection, letterboxd_id: int, slug: str) -> bool:
    """Holds guesses against a page that shows number and slug together; whether one was wrong, and is undone.

    A guess that was right is none any more. The caller holds the films' lock.
    """
    names = {"number": letterboxd_id, "slug": slug}
    guesses = connection.execute(text(_GUESSES.format("f.letterboxd_id = :number OR f.slug = :slug")), names).all()
    wrong = [film for film in guesses if (film.letterboxd_id, film.slug) != (letterboxd_id, slug)]
    connection.execute(
        text("UPDATE film_merges SET guessed = false WHERE kept_id = ANY(:right) AND guessed AND undone_at IS NULL"),
        {"right": [film.id for film in guesses if film not in wrong]},
    )
    for film in wrong:
        _part(connection, film)
    return bool(wrong)


def undo(connection: Connection, film_id: int) -> bool:
    """Undoes the guess by which a film has its number, if it is one. The caller holds the films' lock."""
    guess = connection.execute(text(_GUESSES.format("f.id = :film")), {"film": film_id}).one_or_none()
    if guess is not None:
        _part(connection, guess)
    return guess is not None


def _part(connection: Connection, film: Row) -> None:
    """Gives the number of a wrongly matched film a row of its own, with what exports told.

    Where a member had reacted to both, one reaction had overwritten the other: their listings count as never read,
    so that the next sync, feed or import tells them again. Both films are in the queue, each naming the other.
    """
    hold_merges(connection)
    connection.execute(text("UPDATE films SET letterboxd_id = NULL WHERE id = :film"), {"film": film.id})
    numbered = connection.execute(
        text("INSERT INTO films (letterboxd_id, title, release_year) VALUES (:number, :title, :year) RETURNING id"),
        {"number": film.letterboxd_id, "title": film.title, "year": film.release_year},
    ).scalar_one()
    for kind in ("identity", "histogram"):
        metadata.want(connection, [numbered], kind)
    where = {"film": film.id, "numbered": numbered}
    members = list(
        connection.execute(text("SELECT member_id FROM ratings WHERE film_id = :film ORDER BY 1"), where).scalars()
    )
    for statement in (_MOVE, *_LEAVE, *_TELL_AGAIN):
        connection.execute(text(statement), where)
    why = "was taken for film {}, which has the same title and year, until a page told otherwise"
    matching.leave_open(connection, numbered, why.format(film.id))
    # A search goes by title and year, which two films have.
    identities.reject(connection, film.id, "search", why.format(numbered))
    matching.leave_open(connection, film.id, why.format(numbered))
    film_columns.rewrite(connection, [film.id, numbered])
    vectors.rewrite(connection, members)
    cohorts.touch_those_of(connection, members)
