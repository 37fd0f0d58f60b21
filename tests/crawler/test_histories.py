"""Random histories of a member and of us, against a model of what each reading can see."""

import os
import random

import pytest
from sqlalchemy import text

from fixtures.backlot.pages import grid
from schema.store import vectors
from tests.crawler.walking import Walk, small_world

HISTORIES = 200
STEPS = 6
PAGE = 5
HALT_AFTER = 3
SEED = int(os.environ.get("HISTORIES_SEED", random.SystemRandom().randrange(10**6)))


class Model:
    """What the database should say: (half-stars, liked, favourite) by film, by what was read.

    Written after the rules, not after the code: a sweep knows all; a delta goes from page to page, newest
    first, takes in whole pages, and ends with the first whose last three tiles are as they were stored.
    """

    def __init__(self, walk: Walk) -> None:
        self.walk = walk
        self.member = walk.dataset.members["ada"]
        self.stored: dict[int, list] = {}
        self.swept: set[str] = set()
        self.circle: set[str] = set()
        self.like_in_question: set[int] = set()

    def rated(self, *, delta: bool) -> None:
        ratings = self.member.ratings.as_dict()
        newest = list(reversed(self.member.ratings.films))
        shown = {film: (ratings[film], film in self.member.likes) for film in newest}
        if delta and "rated" in self.swept:
            self._take(newest, shown)
            return
        for film, held in self.stored.items():
            if held[0] is not None and film not in shown:
                held[0] = None
                # A rated tile vouches for its like too, but a like alone is the other listing's to say.
                self.like_in_question.add(film)
        self._put(shown)
        self.swept.add("rated")

    def likes(self, *, delta: bool) -> None:
        newest = [film for film in reversed(self.member.likes.films) if film not in self.member.ratings]
        shown = dict.fromkeys(newest, (None, True))
        if delta and "likes" in self.swept:
            self._take(newest, shown)
            return
        for film, held in self.stored.items():
            if held[0] is None and held[1] and film not in shown:
                held[1] = False
        self._put(shown)
        self.swept.add("likes")

    def profile(self) -> None:
        for film in {*self.stored, *self.member.favorites}:
            self.stored.setdefault(film, [None, False, False])[2] = film in self.member.favorites

    def _take(self, newest: list[int], shown: dict[int, tuple]) -> None:
        before = {film: tuple(held[:2]) for film, held in self.stored.items()}
        in_a_row = 0
        for start in range(0, max(1, len(newest)), PAGE):
            page = newest[start : start + PAGE]
            for film in page:
                in_a_row = in_a_row + 1 if before.get(film) == shown[film] else 0
            self._put({film: shown[film] for film in page})
            if in_a_row >= HALT_AFTER:
                return

    def _put(self, shown: dict[int, tuple]) -> None:
        for film, (rating, liked) in shown.items():
            self.stored.setdefault(film, [None, False, False])[:2] = rating, liked

    def expected(self) -> dict[int, tuple]:
        films = self.walk.dataset.films
        return {films[film].letterboxd_id: tuple(held) for film, held in self.stored.items() if any(held)}


class History:
    """One member's life and our readings of it."""

    def __init__(self, walk: Walk, draw: random.Random) -> None:
        self.walk = walk
        self.draw = draw
        self.model = Model(walk)
        self.member = walk.dataset.members["ada"]
        self.told: list[str] = []

    def step(self) -> None:
        lived = [self.rate, self.rate, self.rerate, self.unrate, self.like, self.unlike, self.favorite, self.rename]
        act = self.draw.choice([*lived, self.follow, self.delta, self.delta, self.delta, self.sweep, self.killed])
        self.told.append(act.__name__)
        act()

    def _change(self, action: str, **body: object) -> None:
        self.walk.change(action, member="ada", **body)

    def _slug(self, film: int) -> str:
        return self.walk.dataset.films[film].slug

    def _any(self) -> int:
        return self.draw.randrange(len(self.walk.dataset.films))

    def rate(self) -> None:
        for _ in range(self.draw.choice([1, 2, 3, 7, 12])):
            self._change("rate", slug=self._slug(self._any()), rating=self.draw.randint(1, 10))

    def rerate(self) -> None:
        for film in self.draw.sample(list(self.member.ratings.films), min(4, len(self.member.ratings))):
            same = self.member.ratings.as_dict()[film]
            self._change("rate", slug=self._slug(film), rating=self.draw.choice([same, self.draw.randint(1, 10)]))

    def unrate(self) -> None:
        for film in self.draw.sample(list(self.member.ratings.films), min(2, len(self.member.ratings))):
            self._change("unrate", slug=self._slug(film))

    def like(self) -> None:
        for _ in range(self.draw.choice([1, 2, 6])):
            self._change("like", slug=self._slug(self._any()))

    def unlike(self) -> None:
        if self.member.likes.films:
            self._change("unlike", slug=self._slug(self.draw.choice(list(self.member.likes.films))))

    def favorite(self) -> None:
        chosen = self.draw.sample(range(len(self.walk.dataset.films)), self.draw.randint(0, 4))
        self._change("favorite", slugs=[self._slug(film) for film in chosen])

    def rename(self) -> None:
        slug = self._slug(self._any())
        self.walk.change("rename", slug=slug, to=f"{slug}-x")

    def follow(self) -> None:
        followee = self.draw.choice(["bea", "cid", "dot"])
        self._change("unfollow" if followee in self.member.following else "follow", followee=followee)
        assert self.walk.crawl("following", "ada") == []
        self.model.circle = set(self.member.following)

    def delta(self) -> None:
        self._read(delta=True)

    def sweep(self) -> None:
        self._read(delta=False)

    def killed(self) -> None:
        """Dies somewhere; the run goes on, or is given up for good."""
        self._read(delta=self.draw.random() < 0.5, kills=self.draw.randint(1, 3), resumed=self.draw.random() < 0.6)

    def _read(self, *, delta: bool, kills: int = 0, resumed: bool = True) -> None:
        run = self.walk.open_run()
        spiders = ["rated", "likes"] if delta else self.draw.sample(["rated", "likes", "profile"], 3)
        for spider in spiders:
            arguments = {"halt_after": HALT_AFTER} if delta else {}
            for _ in range(kills):
                self.walk.crawl(spider, "ada", run=run, pages=self.draw.randint(1, 4), **arguments)
            if resumed:
                assert self.walk.crawl(spider, "ada", run=run, **arguments) == []
            elif self.walk.died:
                continue  # what was read of this listing shows nowhere, ever
            if spider == "profile":
                self.model.profile()
            else:
                getattr(self.model, spider)(delta=delta)
        self._settle(delta=delta, whole=resumed)

    def _settle(self, *, delta: bool, whole: bool) -> None:
        """After a sweep, whichever listing came first, a like without a rating is a fact or it is gone."""
        if whole and not delta:
            for film in self.model.like_in_question:
                held = self.model.stored[film]
                if held[0] is None:
                    held[1] = film in self.member.likes and film not in self.member.ratings
            self.model.like_in_question = set()

    def check(self) -> None:
        assert self.walk.stored("ada") == self.model.expected()
        with self.walk.engine.begin() as connection:
            (ada,) = connection.execute(text("SELECT id FROM members WHERE username = 'ada'")).scalars() or [0]
            assert vectors.rewrite(connection, [ada]) == 0 or not self.model.expected(), "the vector was stale"
            circle = connection.execute(
                text("SELECT username FROM follows JOIN members ON id = followee_id WHERE follower_id = :ada"),
                {"ada": ada},
            )
            assert set(circle.scalars()) == self.model.circle


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_no_history_diverges(database, monkeypatch):
    monkeypatch.setattr(grid, "PAGE_SIZE", PAGE)
    for name in ("DATABASE_URL", "LETTERBOXD_BASE_URL"):
        monkeypatch.setenv(name, "")  # put back at the end
    print(f"HISTORIES_SEED={SEED}")
    for number in range(HISTORIES):
        with database.begin() as connection:
            connection.execute(text("TRUNCATE members, films, ratings, sync_runs CASCADE"))
        history = History(
            Walk(database, small_world("ada", "bea", "cid", "dot", films=24)), random.Random(SEED + number)
        )
        history.sweep()
        for _ in range(STEPS):
            history.step()
            try:
                history.check()
            except AssertionError as error:
                raise AssertionError(f"HISTORIES_SEED={SEED}, history {number}: {history.told}") from error
