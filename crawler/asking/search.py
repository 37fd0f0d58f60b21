"""The search for one film on TMDB: what has been found so far, what is still to be asked, and the verdict."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from crawler.items import TmdbMatch, TmdbMatches, TmdbRecord
from crawler.matching import same_director, same_title, words, years_apart
from schema.store.metadata import Candidate, Wanted
from schema.store.payloads import Title

KINDS = ("movie", "tv")  # a film of Letterboxd may be either, and both may have a title of the same name
_YEAR = {"movie": "primary_release_year", "tv": "first_air_date_year"}
_MOST_RECORDS = 4

Query = tuple[str, dict[str, str | int]]  # movie or tv, and the parameters of its search


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
        """The first questions: the title among films, and among series."""
        return [(kind, {"query": self.film.title}) for kind in KINDS]

    def add(self, kind: str, answer: TmdbMatches, narrowed: bool) -> list[Query]:
        """Takes an answer in; when it is only the first page of many, gives the questions year by year."""
        for match in answer.matches:
            self.matches[match.tmdb_type, match.tmdb_id] = match
        if (answer.info.total or 0) <= len(answer.matches):
            return []
        if narrowed:
            self.too_many = True
            return []
        year = self.film.release_year
        return [(kind, {"query": self.film.title, _YEAR[kind]: near}) for near in (year - 1, year, year + 1)]

    def records_wanted(self) -> list[Title]:
        """Titles whose records must be seen: those whose shown names do not explain why they were found, which
        other names of theirs may; and those of the film's name, when we know a director to compare."""
        near = [match for match in self._near() if not same_title(self.film, (match.title, match.original_title))]
        titles = [(match.tmdb_type, match.tmdb_id) for match in near if not self._explained(match)]
        if len(titles) > _MOST_RECORDS:
            self.too_many = True
            return []
        if self.film.primary_director:
            titles += [title for title, _ in self._titled()]
        return [title for title in dict.fromkeys(titles) if title not in self.records]

    def verdict(self) -> tuple[Title | None, tuple[Candidate, ...]]:
        """The one title that is the film; or None and what speaks against each candidate."""
        candidates = list(self._titled())
        if self.too_many:
            return None, self._open(candidates, "too many titles of this name")
        if len(candidates) > 1:
            return None, self._open(candidates, "several titles of this name and about this year")
        if not candidates:
            return None, ()
        ((title, _),) = candidates
        if self.twin:
            return None, self._open(candidates, "we know two films of this name and about this year")
        director = same_director(self.film, self.records[title]) if title in self.records else None
        if director is False:
            return None, self._open(candidates, f"not directed by {self.film.primary_director}")
        if self._apart(title) == 0 or director or self._proposed(title):
            return title, ()
        return None, self._open(candidates, "a year off, and nothing else speaks for it")

    def _near(self) -> Iterator[TmdbMatch]:
        """Matches of about the film's year, or of a year that TMDB does not know."""
        return (match for match in self.matches.values() if (years_apart(self.film, match.year) or 0) <= 1)

    def _explained(self, match: TmdbMatch) -> bool:
        wanted = set(words(self.film.title))
        return any(wanted <= set(words(title)) for title in (match.title, match.original_title) if title)

    def _titled(self) -> Iterator[tuple[Title, TmdbMatch]]:
        for match in self._near():
            title = match.tmdb_type, match.tmdb_id
            record = self.records.get(title)
            others = (record.alternative_titles or ()) if record else ()
            if same_title(self.film, (match.title, match.original_title, *others)):
                yield title, match

    def _apart(self, title: Title) -> int | None:
        return years_apart(self.film, self.matches[title].year)

    def _proposed(self, title: Title) -> bool:
        """Whether another source has proposed this title, though it was not believed alone."""
        return any(each["tmdb"] == f"{title[0]}/{title[1]}" for each in self.film.candidates)

    @staticmethod
    def _open(candidates: list[tuple[Title, TmdbMatch]], why: str) -> tuple[Candidate, ...]:
        return tuple(
            Candidate("search", *title, f"{match.title} ({match.year or 'no year'}): {why}")
            for title, match in candidates
        )
