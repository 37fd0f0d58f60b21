"""Which films of ours are easily taken for one another: those of one title and about one year."""

import re
from collections import Counter

from crawler.asking.session import CrawlSession
from crawler.matching import blurred
from schema.insights import films
from schema.store.metadata import Wanted

# Letterboxd calls the second film of a title and a year so: echo-2005-1.
_ANOTHER = re.compile(r"-\d{4}-\d+$")


class Namesakes:
    """Counts the films we know, by title and year."""

    def __init__(self, known: Counter[tuple[str, int | None]]) -> None:
        self._known = known

    @classmethod
    async def known(cls, session: CrawlSession) -> "Namesakes":
        """Of all films there are in the database now."""
        return cls(await session.call(films.num_by_title_and_year, blurred))

    def has(self, film: Wanted) -> bool:
        """Whether there is another film of this title and about its year, or of a year that is not known."""
        if _ANOTHER.search(film.slug or ""):
            return True
        near = {None} if film.release_year is None else {None, *range(film.release_year - 1, film.release_year + 2)}
        return sum(self._known[blurred(film.title), year] for year in near) > 1
