"""What Wikidata says belongs together."""

from dataclasses import dataclass

from crawler.items.info import PageInfo


@dataclass(frozen=True, slots=True)
class WikidataTitle:
    """One TMDB title (`tmdb_type` movie or tv) that Wikidata gives for a slug of Letterboxd."""

    slug: str
    tmdb_type: str
    tmdb_id: int
    imdb_id: str | None


@dataclass(frozen=True, slots=True)
class WikidataPage:
    """All titles that a query found; a slug with several is one that Wikidata contradicts itself about."""

    info: PageInfo
    titles: tuple[WikidataTitle, ...]
