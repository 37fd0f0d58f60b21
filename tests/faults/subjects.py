"""What each spider is sent to read: how it is asked for, what the upstream shows of it, what the database holds."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Engine, text

from fixtures.backlot.derive.audience import Audience
from fixtures.backlot.testing import RunningBacklot

_LIST = "close-to-my-heart"  # what its owner likes


@dataclass
class Subject:
    """`change` makes what the upstream shows differ from what the database holds; `shown` and `stored` compare."""

    spider: str
    path: str
    arguments: Callable[[], dict[str, str]]
    change: Callable[[], None]
    shown: Callable[[], object]
    stored: Callable[[], object]


class Stage:
    """A backlot, a database that has read one member of it, and the subjects between the two."""

    def __init__(self, backlot: RunningBacklot, database: Engine) -> None:
        self._backlot = backlot
        self._database = database
        self._audience = Audience(backlot.dataset)
        states = {name: backlot.state(name) for name in backlot.dataset.members}
        self.member = max(states, key=lambda name: len(states[name]["ratings"]))
        slugs = list(states[self.member]["ratings"])
        films = [backlot.dataset.films[backlot.dataset.by_slug[slug]] for slug in slugs]
        self._films = [film for film in films if film.tmdb_id and film.type == "movie"]
        titles = Counter(title for film in backlot.dataset.films for title in set(film.titles))
        self._unmistakable = [film for film in self._films if all(titles[title] == 1 for title in film.titles)]
        self._current: dict[str, int] = {}

    def subjects(self) -> dict[str, Subject]:
        """By spider."""
        me = {"username": self.member}
        found = [
            Subject("rated", "*/page/2/", lambda: me, self._rate, self._shown_ratings, self._ratings),
            Subject("likes", "*/likes/films/*", lambda: me, self._like, self._shown_likes, self._likes),
            Subject("profile", f"/{self.member}/", lambda: me, self._favor, self._shown_favorites, self._favorites),
            Subject("following", "*/following/*", lambda: me, self._follow, self._shown_following, self._following),
            Subject(
                "member_list",
                "*/list/*",
                lambda: {"list": f"{self.member}/{_LIST}"},
                self._like,
                lambda: set(self._state()["likes"]),
                self._listed,
            ),
            self._film("film", "/film/*/", lambda film: film.tmdb_id, "SELECT tmdb_id FROM films WHERE slug = :slug"),
            self._film(
                "filmjson",
                "/film/*/json/",
                lambda film: film.directors[0],
                "SELECT primary_director FROM films WHERE slug = :slug",
            ),
            self._film(
                "histogram",
                "/csi/film/*",
                lambda film: list(self._audience.histogram(self._backlot.dataset.films.index(film), film).counts),
                "SELECT counts FROM film_histograms JOIN films ON id = film_id WHERE slug = :slug",
            ),
            self._queued("wikidata", "/wikidata/*"),
            self._queued("tmdb_search", "/tmdb-api/3/search/*"),
            self._film(
                "tmdb",
                "/tmdb-api/*",
                lambda film: film.release_date,
                "SELECT release_date::text FROM films WHERE slug = :slug",
            ),
        ]
        return {subject.spider: subject for subject in found}

    def _film(self, spider: str, path: str, shown: Callable[..., object], stored: str) -> Subject:
        """A film that nothing of this kind is known of yet; every change goes on to the next."""
        self._current[spider] = -1

        def film():
            return self._films[self._current[spider]]

        def change() -> None:
            self._current[spider] += 1
            with self._database.begin() as connection:
                connection.execute(
                    text(
                        "UPDATE films SET primary_director = NULL, release_date = NULL,"
                        " tmdb_id = CASE WHEN :known THEN CAST(:tmdb AS int) END,"
                        " tmdb_type = CASE WHEN :known THEN 'movie' END WHERE slug = :slug"
                    ),
                    {"slug": film().slug, "known": spider == "tmdb", "tmdb": film().tmdb_id},
                )

        def arguments() -> dict[str, str]:
            return {"id": f"movie/{film().tmdb_id}"} if spider == "tmdb" else {"slug": film().slug}

        return Subject(
            spider, path, arguments, change, lambda: shown(film()), lambda: self._one(stored, slug=film().slug)
        )

    def _queued(self, spider: str, path: str) -> Subject:
        """A film that is alone in the queue, and whose identity this source knows; every change goes on to the next."""
        films = iter(self._unmistakable)
        current = next(films)

        def change() -> None:
            nonlocal current
            current = next(films)
            self._backlot.control("wikidata", slug=current.slug, titles=[f"movie/{current.tmdb_id}"])
            with self._database.begin() as connection:
                connection.execute(text("DELETE FROM film_metadata_sync"))
                connection.execute(
                    text(
                        "WITH wanted AS (UPDATE films SET tmdb_id = NULL, tmdb_type = NULL, identified_by = NULL"
                        " WHERE slug = :slug RETURNING id)"
                        " INSERT INTO film_metadata_sync (film_id, kind) SELECT id, 'identity' FROM wanted"
                    ),
                    {"slug": current.slug},
                )

        def stored() -> object:
            return self._one("SELECT tmdb_id FROM films WHERE slug = :slug", slug=current.slug)

        return Subject(spider, path, lambda: {"due": "1"}, change, lambda: current.tmdb_id, stored)

    def _one(self, query: str, **values: object) -> object:
        with self._database.connect() as connection:
            return connection.execute(text(query), values).scalar_one_or_none()

    def _reactions(self, where: str, what: str = "NULL") -> dict[str, object]:
        with self._database.connect() as connection:
            rows = connection.execute(
                text(
                    f"SELECT f.slug, {what} FROM ratings r JOIN films f ON f.id = r.film_id"
                    f" JOIN members m ON m.id = r.member_id WHERE m.username = :me AND {where}"
                ),
                {"me": self.member},
            )
            return dict(rows.all())

    def _state(self) -> dict:
        return self._backlot.state(self.member)

    def _rate(self) -> None:
        """The film rated last, which stands on the first page of an order by nothing that changes."""
        slug, rating = next(iter(self._state()["ratings"].items()))
        self._backlot.control("rate", member=self.member, slug=slug, rating=rating % 10 + 1)

    def _shown_ratings(self) -> object:
        return self._state()["ratings"]

    def _ratings(self) -> object:
        return self._reactions("r.rating IS NOT NULL", "r.rating")

    def _like(self) -> None:
        state = self._state()
        unrated = (film.slug for film in self._backlot.dataset.films if film.slug not in state["ratings"])
        slug = next(slug for slug in unrated if slug not in state["likes"])
        self._backlot.control("like", member=self.member, slug=slug)

    def _shown_likes(self) -> object:
        state = self._state()
        return set(state["likes"]) - set(state["ratings"])

    def _likes(self) -> object:
        return set(self._reactions("r.rating IS NULL AND r.liked"))

    def _listed(self) -> object:
        with self._database.connect() as connection:
            return set(
                connection.execute(
                    text(
                        "SELECT f.slug FROM film_list_entries e JOIN films f ON f.id = e.film_id"
                        " JOIN film_lists l ON l.id = e.list_id WHERE l.slug = :list"
                    ),
                    {"list": _LIST},
                ).scalars()
            )

    def _favor(self) -> None:
        favorites = self._state()["favorites"]
        slug = next(slug for slug in self._state()["ratings"] if slug not in favorites)
        self._backlot.control("favorite", member=self.member, slugs=[slug, *favorites][:4])

    def _shown_favorites(self) -> object:
        return set(self._state()["favorites"])

    def _favorites(self) -> object:
        return set(self._reactions("r.favorite"))

    def _follow(self) -> None:
        followed = self._state()["following"]
        others = [name for name in self._backlot.dataset.members if name not in {*followed, self.member}]
        if others:
            self._backlot.control("follow", member=self.member, followee=others[0])
        else:
            self._backlot.control("unfollow", member=self.member, followee=followed[0])

    def _shown_following(self) -> object:
        return set(self._state()["following"])

    def _following(self) -> object:
        with self._database.connect() as connection:
            return set(
                connection.execute(
                    text(
                        "SELECT f.username FROM follows JOIN members m ON m.id = follower_id"
                        " JOIN members f ON f.id = followee_id WHERE m.username = :me"
                    ),
                    {"me": self.member},
                ).scalars()
            )
