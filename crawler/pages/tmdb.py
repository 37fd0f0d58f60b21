"""Reads TMDB's answers: a film or a series, its credits, the results of a search or a find."""

from collections.abc import Mapping
from typing import Any

from crawler.items import Credit, PageInfo, TmdbCredits, TmdbMatch, TmdbMatches, TmdbRecord
from crawler.pages.errors import (
    AccessDenied,
    EmptyBeforeEnd,
    ErrorPage,
    MarkupDrift,
    MissingPage,
    RateLimited,
    UnexpectedKind,
)
from crawler.pages.fields import day, identifier, listed, objects, optional_text, positive, text
from crawler.pages.source import Source
from crawler.pages.trust import reader

# The cast is billed in order; what filters and pages show are the leads.
LEADING_CAST = 15
_WRITING = frozenset({"Writer", "Screenplay", "Story", "Teleplay", "Screenstory", "Adaptation", "Co-Writer"})
_TITLE_FIELDS = {
    "movie": ("title", "original_title", "release_date"),
    "tv": ("name", "original_name", "first_air_date"),
}
_CAUSES = {3: AccessDenied, 7: AccessDenied, 10: AccessDenied, 14: AccessDenied, 30: AccessDenied, 25: RateLimited}
_NOT_FOUND = frozenset({6, 34})
_RESULTS = frozenset({"results", "movie_results", "tv_results"})


@reader
def parse(source: Source) -> TmdbRecord:
    """The answer of `/movie/{id}` or `/tv/{id}`, with the credits and external ids appended to it."""
    return _read_record(source, _payload(source))


@reader
def parse_matches(source: Source) -> TmdbMatches:
    """The answer of `/search/…` or `/find/…`."""
    return _read_matches(source, _payload(source))


@reader
def parse_answer(source: Source) -> TmdbRecord | TmdbMatches | TmdbCredits:
    """An answer of any of these kinds, or of `/credits` alone, told by what is in it."""
    payload = _payload(source)
    if not _RESULTS.isdisjoint(payload):
        return _read_matches(source, payload)
    if "cast" in payload and "crew" in payload:
        info = PageInfo("tmdb", "v3", source.url, 1)
        return TmdbCredits(info, identifier(payload), _read_credits(payload))
    return _read_record(source, payload)


def _payload(source: Source) -> dict[str, Any]:
    payload = source.json()
    if payload.get("success") is False:
        code, found = positive(payload, "status_code"), str(payload.get("status_message"))
        cause = MissingPage if code in _NOT_FOUND else _CAUSES.get(code, ErrorPage)
        raise cause(f"status code {code}, {found}")
    return payload


def _read_record(source: Source, payload: dict[str, Any]) -> TmdbRecord:
    tmdb_type = _type_of(payload)
    title, original_title, released = _TITLE_FIELDS[tmdb_type]
    release_date = day(payload, released)
    external = payload.get("external_ids") or {}
    languages = [language.get("iso_639_1") for language in objects(payload, "spoken_languages")]
    countries = [country.get("iso_3166_1") for country in objects(payload, "production_countries")]
    return TmdbRecord(
        info=PageInfo("tmdb", "v3", source.url, 1),
        tmdb_type=tmdb_type,
        tmdb_id=identifier(payload),
        imdb_id=optional_text(payload, "imdb_id") or optional_text(external, "imdb_id"),
        title=text(payload, title),
        original_title=optional_text(payload, original_title),
        year=release_date.year if release_date else None,
        release_date=release_date,
        runtime_minutes=_runtime(payload, tmdb_type),
        poster_path=optional_text(payload, "poster_path"),
        original_language=optional_text(payload, "original_language"),
        genres=tuple(text(genre, "name") for genre in objects(payload, "genres")),
        countries=_codes(countries) or _codes(listed(payload, "origin_country")),
        languages=_codes(languages) or _codes([payload.get("original_language")]),
        collection=text(payload["belongs_to_collection"], "name") if payload.get("belongs_to_collection") else None,
        credits=_record_credits(payload),
        alternative_titles=_alternative_titles(payload),
    )


def _type_of(payload: Mapping[str, Any]) -> str:
    for tmdb_type, fields in _TITLE_FIELDS.items():
        if all(field in payload for field in fields):
            return tmdb_type
    raise UnexpectedKind(f"JSON with {sorted(payload)[:5]} instead of a film or a series")


def _runtime(payload: Mapping[str, Any], tmdb_type: str) -> int | None:
    if tmdb_type == "movie":
        return positive(payload, "runtime")
    lengths = listed(payload, "episode_run_time")
    return positive({"episode_run_time": lengths[0]}, "episode_run_time") if lengths else None


def _codes(codes: list[Any]) -> tuple[str, ...]:
    """ISO codes without repetitions; empty ones are absences."""
    if not all(code is None or isinstance(code, str) for code in codes):
        raise MarkupDrift(f"codes {codes!r}")
    return tuple(dict.fromkeys(code for code in codes if code))


def _record_credits(payload: Mapping[str, Any]) -> tuple[Credit, ...] | None:
    if payload.get("credits") is None:
        return None
    creators = objects(payload, "created_by")
    return _read_credits(payload["credits"], creators)


def _read_credits(payload: Any, creators: list[Mapping[str, Any]] | None = None) -> tuple[Credit, ...]:
    """Directors and writers in TMDB's order, the leading cast as billed; creators of a series are its writers."""
    crew = objects(payload, "crew")
    cast = sorted(objects(payload, "cast"), key=_order)[:LEADING_CAST]
    jobs = [(optional_text(member, "job"), member) for member in crew]
    return (
        *_in_role("director", [member for job, member in jobs if job == "Director"]),
        *_in_role("writer", [*(creators or []), *(member for job, member in jobs if job in _WRITING)]),
        *_in_role("actor", cast),
    )


def _alternative_titles(payload: Mapping[str, Any]) -> tuple[str, ...] | None:
    """Films have them under `titles`, series under `results`."""
    appended = payload.get("alternative_titles")
    if appended is None:
        return None
    found = [optional_text(title, "title") for title in objects(appended, "titles") + objects(appended, "results")]
    return tuple(dict.fromkeys(title for title in found if title))


def _order(member: Mapping[str, Any]) -> int:
    order = member.get("order", 0)
    if type(order) is not int:
        raise MarkupDrift(f"cast order {order!r}")
    return order


def _in_role(role: str, members: list[Mapping[str, Any]]) -> tuple[Credit, ...]:
    named = {identifier(member): text(member, "name") for member in members}
    return tuple(Credit(person, name, role, position) for position, (person, name) in enumerate(named.items()))


def _read_matches(source: Source, payload: Mapping[str, Any]) -> TmdbMatches:
    results = [*objects(payload, "movie_results"), *objects(payload, "tv_results"), *objects(payload, "results")]
    if _RESULTS.isdisjoint(payload):
        raise UnexpectedKind(f"JSON with {sorted(payload)[:5]} instead of results")
    # A search over everything also finds people and collections.
    typed = [(_type_of_match(result), result) for result in results]
    matches = tuple(_read_match(tmdb_type, result) for tmdb_type, result in typed if tmdb_type in _TITLE_FIELDS)
    total = positive(payload, "total_results")
    if total and not results and payload.get("page") == 1:
        raise EmptyBeforeEnd(f"no results on the first page, {total} advertised")
    return TmdbMatches(PageInfo("tmdb", "v3", source.url, len(matches), total=total), matches)


def _type_of_match(result: Mapping[str, Any]) -> str:
    """What a result says that it is, or what its fields say where a search was for one type alone."""
    stated = optional_text(result, "media_type")
    if stated is None and not ("title" in result or "origin_country" in result):
        raise MarkupDrift(f"a result that is neither film nor series: {sorted(result)[:5]}")
    return stated or ("movie" if "title" in result else "tv")


def _read_match(tmdb_type: str, result: Mapping[str, Any]) -> TmdbMatch:
    title, original_title, released = _TITLE_FIELDS[tmdb_type]
    release_date = day(result, released)
    return TmdbMatch(
        tmdb_type,
        identifier(result),
        text(result, title),
        optional_text(result, original_title),
        release_date.year if release_date else None,
        result.get("adult") is True,
    )
