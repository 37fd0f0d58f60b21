"""The search for one film on TMDB: what has been found so far, what is still to be asked, and the verdict."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from crawler.items import TmdbMatch, TmdbMatches, TmdbRecord
from crawler.matching import confusable, respelt, same_director, same_imdb, same_title, words, years_apart
from schema.store.metadata import Candidate, Wanted
from schema.store.payloads import Title

KINDS = ("movie", "tv")  # a film of Letterboxd may be either, and both may have a title of the same name
_YEAR = {"movie": "primary_release_year", "tv": "first_air_date_year"}
_MOST_RECORDS = 4


class Query(NamedTuple):
    """A question: films or series (`kind` movie or tv) of a name, of all years or of one.

    A name `respelt` looks for what may be taken for the film; its best matches do.
    """

    kind: str
    name: str
    year: int | None = None
    respelt: bool = False

    @property
    def parameters(self) -> dict[str, str | int]:
        """What TMDB is sent. Adult titles are asked for, too: one of the name is reason for doubt."""
        asked = {"query": self.name, "include_adult": "true"}
        return asked if self.year is None else asked | {_YEAR[self.kind]: self.year}


@dataclass(slots=True)
class Search:
    """Gathers answers until none is awaited; `twin` when we know another film of this title and about this year."""

    film: Wanted
    twin: bool
    matches: dict[Title, TmdbMatch] = field(default_factory=dict)
    records: dict[Title, TmdbRecord] = field(default_factory=dict)
    awaited: int = 0
    too_many: bool = False
    failed: bool = False

    def queries(self) -> list[Query]:
        """The first questions: the title among films, and among series, in each way to write it."""
        other = respelt(self.film.title)
        respellings = [Query(kind, other, respelt=True) for kind in KINDS] if other else []
        return [Query(kind, self.film.title) for kind in KINDS] + respellings

    def add(self, query: Query, answer: TmdbMatches) -> list[Query]:
        """Takes an answer in; when it is only the first page of many, gives the questions year by year."""
        for match in answer.matches:
            title = match.tmdb_type, match.tmdb_id
            if not query.respelt or self._confusable(match.title, match.original_title):
                self.matches[title] = match
        if query.respelt or (answer.info.total or 0) <= len(answer.matches):
            return []
        if query.year is not None:
            self.too_many = True
            return []
        year = self.film.release_year
        return [query._replace(year=near) for near in (year - 1, year, year + 1)]

    def records_wanted(self) -> list[Title]:
        """Titles whose records must be seen: those whose shown names do not explain why they were found, which
        other names of theirs may; and those of the film's name, when we have something to compare."""
        near = [match for match in self._near() if not same_title(self.film, (match.title, match.original_title))]
        titles = [(match.tmdb_type, match.tmdb_id) for match in near if not self._explained(match)]
        if len(titles) > _MOST_RECORDS:
            self.too_many = True
            return []
        if self.film.primary_director or self.film.imdb_id:
            titles += [title for title, _ in self._titled()]
        return [title for title in dict.fromkeys(titles) if title not in self.records]

    def verdict(self) -> tuple[Title | None, tuple[Candidate, ...]]:
        """The one title that is the film; or None and what speaks against each candidate."""
        candidates = list(self._titled())
        if not candidates:
            return None, ()
        why = self._doubt(candidates)
        if why is None:
            return candidates[0][0], ()
        return None, tuple(
            Candidate("search", *title, f"{match.title} ({match.year or 'no year'}): {why}")
            for title, match in candidates
        )

    def _doubt(self, candidates: list[tuple[Title, TmdbMatch]]) -> str | None:
        if self.too_many:
            return "too many titles of this name"
        if len(candidates) > 1:
            return "several titles of this name and about this year"
        if self.twin:
            return "we know two films of this name and about this year"
        ((title, match),) = candidates
        record = self.records.get(title)
        director, imdb = (record and same(self.film, record) for same in (same_director, same_imdb))
        if director is False:
            return f"not directed by {self.film.primary_director}"
        if imdb is False:
            return f"not {self.film.imdb_id} on IMDb"
        if director or imdb:
            return None
        if match.adult:
            return "a title for adults, and nothing else speaks for it"
        if years_apart(self.film, match.year) != 0:
            return "not of this very year, and nothing else speaks for it"
        if self._doubted(title):
            return "another source has proposed it, and was not believed"
        rival = next((each for each in self._near() if each is not match and self._is_rival(each)), None)
        return rival and f"{rival.title} ({rival.year or 'no year'}) is easily taken for it"

    def _near(self) -> Iterator[TmdbMatch]:
        """Matches of about the film's year, or of a year that TMDB does not know."""
        return (match for match in self.matches.values() if (years_apart(self.film, match.year) or 0) <= 1)

    def _explained(self, match: TmdbMatch) -> bool:
        wanted = set(words(self.film.title))
        shown = [title for title in (match.title, match.original_title) if title]
        return any(wanted <= set(words(title)) for title in shown) or self._confusable(*shown)

    def _titled(self) -> Iterator[tuple[Title, TmdbMatch]]:
        for match in self._near():
            if same_title(self.film, self._names(match)):
                yield (match.tmdb_type, match.tmdb_id), match

    def _names(self, match: TmdbMatch) -> Iterable[str | None]:
        record = self.records.get((match.tmdb_type, match.tmdb_id))
        return match.title, match.original_title, *((record.alternative_titles or ()) if record else ())

    def _is_rival(self, match: TmdbMatch) -> bool:
        return self._confusable(*self._names(match))

    def _confusable(self, *titles: str | None) -> bool:
        return any(confusable(self.film.title, title) for title in titles if title)

    def _doubted(self, title: Title) -> bool:
        """Whether a source that named this title alone could not be believed; between several, a search may decide."""
        proposed = [each["source"] for each in self.film.candidates]
        named = (each["source"] for each in self.film.candidates if each["tmdb"] == f"{title[0]}/{title[1]}")
        return any(proposed.count(source) == 1 for source in named)
