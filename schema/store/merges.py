"""Makes two rows one when they turn out to be the same film, without losing a reaction, and keeps a log of it."""

from collections.abc import Sequence

from sqlalchemy import Connection, text

from schema.store import cohorts, facts, film_columns, metadata, vectors
from schema.store.locks import hold_merges

# Every table that refers to films: moved to the film kept, or derived anew and so dropped with the other.
MOVED = {
    "feed_items",
    "film_credits",
    "film_histograms",
    "film_list_entries",
    "film_merges",
    "film_metadata_sync",
    "film_slugs",
    "ratings",
    "rating_events",
}
DERIVED = {"cohort_film_stats", "film_rankings", "ranking_insights", "film_columns"}

# Of the two rows of a member: whether the one to go was observed later.
_LATER = "(g.{clock} IS NOT NULL AND (k.{clock} IS NULL OR g.{clock} > k.{clock}))"
_RATING_LATER = _LATER.format(clock="observed_at")
_FAVORITE_LATER = _LATER.format(clock="favorite_observed_at")


def _newer(column: str, later: str) -> str:
    return f"{column} = CASE WHEN {later} THEN g.{column} ELSE k.{column} END"


# A feed's entry without a rating or a like does not say that there is none; every other source does.
_BOTH_REACTED = text(
    f"""
    UPDATE ratings k SET
        rating = CASE WHEN {_RATING_LATER}
                      THEN CASE g.source WHEN 'rss' THEN coalesce(g.rating, k.rating) ELSE g.rating END
                      ELSE CASE k.source WHEN 'rss' THEN coalesce(k.rating, g.rating) ELSE k.rating END END,
        liked = CASE WHEN {_RATING_LATER} THEN g.liked OR (g.source = 'rss' AND k.liked)
                     ELSE k.liked OR (k.source = 'rss' AND g.liked) END,
        watched = k.watched OR g.watched,
        rated_at = CASE WHEN {_RATING_LATER} THEN coalesce(g.rated_at, k.rated_at)
                        ELSE coalesce(k.rated_at, g.rated_at) END,
        diary_entry_url = CASE WHEN {_RATING_LATER} THEN coalesce(g.diary_entry_url, k.diary_entry_url)
                               ELSE coalesce(k.diary_entry_url, g.diary_entry_url) END,
        {_newer("source", _RATING_LATER)}, {_newer("observed_at", _RATING_LATER)},
        {_newer("favorite", _FAVORITE_LATER)}, {_newer("favorite_source", _FAVORITE_LATER)},
        {_newer("favorite_observed_at", _FAVORITE_LATER)}
    FROM ratings g WHERE g.film_id = :gone AND k.film_id = :kept AND k.member_id = g.member_id
    """
)

# What the film kept does not know itself, it learns from the other.
_LEARN = text(
    """
    UPDATE films SET slug = coalesce(slug, :slug), letterboxd_id = coalesce(letterboxd_id, :letterboxd_id),
        release_year = coalesce(release_year, :release_year), imdb_id = coalesce(imdb_id, :imdb_id),
        original_title = coalesce(original_title, :original_title),
        release_date = coalesce(release_date, :release_date),
        runtime_minutes = coalesce(runtime_minutes, :runtime_minutes), poster_url = coalesce(poster_url, :poster_url),
        primary_director = coalesce(primary_director, :primary_director),
        collection = coalesce(collection, :collection),
        genres = CASE genres WHEN '{}' THEN CAST(:genres AS text[]) ELSE genres END,
        countries = CASE countries WHEN '{}' THEN CAST(:countries AS text[]) ELSE countries END,
        languages = CASE languages WHEN '{}' THEN CAST(:languages AS text[]) ELSE languages END
    WHERE id = :kept
    """
)

# What a film is goes over as one; a correction by hand, "none" included, holds for whichever of the two had it.
_IDENTIFY = text(
    """
    UPDATE films SET tmdb_type = :tmdb_type, tmdb_id = :tmdb_id, identified_by = :identified_by
    WHERE id = :kept
    AND (identified_by IS NULL OR CAST(:identified_by AS text) = 'manual' AND identified_by <> 'manual')
    """
)

_MOVES = [
    "UPDATE rating_events SET film_id = :kept WHERE film_id = :gone",
    "UPDATE feed_items SET film_id = :kept WHERE film_id = :gone",
    "UPDATE film_slugs SET film_id = :kept WHERE film_id = :gone",
    "UPDATE film_list_entries e SET film_id = :kept WHERE film_id = :gone"
    " AND NOT EXISTS (SELECT FROM film_list_entries WHERE film_id = :kept AND list_id = e.list_id)",
    "UPDATE film_credits SET film_id = :kept WHERE film_id = :gone"
    " AND NOT EXISTS (SELECT FROM film_credits WHERE film_id = :kept)",
    "DELETE FROM film_histograms USING film_histograms g WHERE film_histograms.film_id = :kept"
    " AND g.film_id = :gone AND g.fetched_at > film_histograms.fetched_at",
    "UPDATE film_histograms SET film_id = :kept WHERE film_id = :gone"
    " AND NOT EXISTS (SELECT FROM film_histograms WHERE film_id = :kept)",
    "DELETE FROM film_metadata_sync USING film_metadata_sync g WHERE film_metadata_sync.film_id = :kept"
    " AND g.film_id = :gone AND g.kind = film_metadata_sync.kind AND g.status = 'fetched'",
    "UPDATE film_metadata_sync SET film_id = :kept WHERE film_id = :gone"
    " AND kind NOT IN (SELECT kind FROM film_metadata_sync WHERE film_id = :kept)",
    "UPDATE film_merges SET kept_id = :kept WHERE kept_id = :gone",
    *(
        f"DELETE FROM {table} d USING cohorts c WHERE d.cohort_id = c.id AND d.film_id = :gone"
        for table in ("cohort_film_stats", "film_rankings", "ranking_insights")
    ),
]


def merge(connection: Connection, gone_id: int, kept_id: int, reason: str) -> None:
    """Moves everything that is known of film `gone_id` to film `kept_id`, whose own knowledge goes first.

    Of a member's two reactions the newest observation wins. The vectors of the members concerned are rewritten,
    and their cohorts' versions move. The caller holds the films' lock.
    """
    hold_merges(connection)
    where = {"gone": gone_id, "kept": kept_id}
    members = list(
        connection.execute(text("SELECT member_id FROM ratings WHERE film_id = :gone ORDER BY 1"), where).scalars()
    )
    connection.execute(_BOTH_REACTED, where)
    connection.execute(
        text(
            "DELETE FROM ratings g USING ratings k WHERE g.film_id = :gone AND k.film_id = :kept"
            " AND k.member_id = g.member_id"
        ),
        where,
    )
    connection.execute(text("UPDATE ratings SET film_id = :kept WHERE film_id = :gone"), where)
    for statement in _MOVES:
        connection.execute(text(statement), where)
    gone = connection.execute(text("DELETE FROM films WHERE id = :gone RETURNING *"), where).one()
    identified = connection.execute(_IDENTIFY, {**gone._mapping, "kept": kept_id}).rowcount
    if identified and gone.identified_by == "manual":
        facts.forget(connection, [kept_id])  # they may be of the title that was corrected
        metadata.want(connection, [kept_id] if gone.tmdb_id else [], "tmdb")
    connection.execute(_LEARN, {**gone._mapping, "kept": kept_id})
    note(connection, kept_id, gone.letterboxd_id, gone.slug, gone.title, gone.release_year, reason, gone_id=gone_id)
    film_columns.rewrite(connection, [kept_id])
    vectors.rewrite(connection, members)
    cohorts.touch_those_of(connection, members)


def note(
    connection: Connection,
    kept_id: int,
    letterboxd_id: int | None,
    slug: str | None,
    title: str,
    year: int | None,
    reason: str,
    *,
    gone_id: int | None = None,
    guessed: bool = False,
) -> None:
    """Logs what was found to be film `kept_id`; `gone_id` is the row it had, if it had one.

    What was `guessed` is undone when a page shows number or slug with another (`schema.store.partings`).
    """
    connection.execute(
        text(
            "INSERT INTO film_merges (kept_id, gone_id, letterboxd_id, slug, title, release_year, reason, guessed)"
            " VALUES (:kept, :gone, :letterboxd, :slug, :title, :year, :reason, :guessed)"
        ),
        {
            "kept": kept_id,
            "gone": gone_id,
            "letterboxd": letterboxd_id,
            "slug": slug,
            "title": title,
            "year": year,
            "reason": reason,
            "guessed": guessed,
        },
    )


def follow(connection: Connection, film_ids: Sequence[int]) -> list[int]:
    """The ids under which these films are now, in their order; for ids that were looked up some time ago."""
    moved = dict(
        connection.execute(
            text("SELECT gone_id, kept_id FROM film_merges WHERE gone_id = ANY(:films)"), {"films": list(film_ids)}
        ).all()
    )
    return [moved.get(film, film) for film in film_ids]
