"""Answers given before, for as long as they would be the same: in this process, and in Redis for all of them.

An answer is kept with who asked and the stamps of what it was made from, taken before it was made. It is given again
only after a look at today's stamps, so it is never stale. While Redis is away each process has its own.
"""

import asyncio
import hashlib
import json
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection
from dataclasses import asdict, dataclass

from api.looks import Looks
from api.patience import PatientRedis
from schema.insights.stamps import Stamps
from schema.viewer import Viewer

_KEPT_SECONDS = 600.0  # well below the day for which changes of films are remembered
_MOST_BYTES = 64_000_000
_LONGEST = 1_000_000  # of one answer, in bytes


@dataclass(slots=True)
class Answer:
    """The body of an answer with its validator, whom and what it was made for and from, until when (Unix time).

    `shared` says that Redis has it.
    """

    body: bytes
    etag: str
    viewer: Viewer
    stamps: Stamps
    until: float
    shared: bool = False


Made = tuple[bytes, Stamps | None]


class Answers:
    """What was answered, by question, which tells what was asked and with which credentials."""

    def __init__(self, looks: Looks, redis: PatientRedis, version: str) -> None:
        self._looks = looks
        self._redis = redis
        self._version = version
        self._here: OrderedDict[str, Answer] = OrderedDict()
        self._bytes = 0
        self._under_way: dict[str, asyncio.Future[Answer | None]] = {}

    def here(self, question: str) -> Answer | None:
        """What this process answered before, which may not hold any more."""
        found = self._here.get(question)
        if found is None or found.until < time.time():
            return None
        self._here.move_to_end(question)
        return found

    async def share(self, question: str, answer: Answer) -> None:
        """Lets other processes have an answer that was asked for again: most never are, and Redis is not endless."""
        if not answer.shared:
            answer.shared = True
            head = {name: value for name, value in asdict(answer).items() if name != "body"}
            packed = json.dumps(head).encode() + b"\n" + answer.body
            await self._redis(lambda redis: redis.set(self._name(question), packed, ex=int(_KEPT_SECONDS)))

    async def stamps(self, cohort_ids: Collection[int]) -> Stamps:
        """The stamps of films and of these cohorts, and perhaps of others, as they are now."""
        return (await self._looks(cohort_ids=cohort_ids)).stamps

    async def get(self, question: str, viewer: Viewer, make: Callable[[], Awaitable[Made]]) -> tuple[bytes, str]:
        """The body of the answer and its validator: another process's, one being made, or made by `make`."""
        shared = await self._shared(question)
        if shared and await self._holds(shared, viewer):
            self._keep(question, shared)
            return shared.body, shared.etag
        other = self._under_way.get(question)
        if other is not None:
            # It was begun before we were asked, so what it came to may have changed since.
            made = await asyncio.shield(other)
            if made and await self._holds(made, viewer):
                return made.body, made.etag
        mine = self._under_way.setdefault(question, asyncio.get_running_loop().create_future())
        answer = None
        try:
            body, taken = await make()
            etag = etag_of(body)
            if taken is not None and len(body) <= _LONGEST:
                answer = Answer(body, etag, viewer, taken, time.time() + _KEPT_SECONDS)
                self._keep(question, answer)
            return body, etag
        finally:
            if self._under_way.get(question) is mine:
                del self._under_way[question]
            if not mine.done():
                mine.set_result(answer)

    async def _holds(self, answer: Answer, viewer: Viewer) -> bool:
        return answer.viewer == viewer and answer.stamps.same(await self.stamps(answer.stamps.cohorts))

    def _keep(self, question: str, answer: Answer) -> None:
        before = self._here.pop(question, None)
        self._bytes += len(answer.body) - (len(before.body) if before else 0)
        self._here[question] = answer
        while self._bytes > _MOST_BYTES:
            self._bytes -= len(self._here.popitem(last=False)[1].body)

    async def _shared(self, question: str) -> Answer | None:
        packed = await self._redis(lambda redis: redis.get(self._name(question)))
        if not packed:
            return None
        head, _, body = packed.partition(b"\n")
        told = json.loads(head)
        cohorts = {int(key): stamp for key, stamp in told["stamps"].pop("cohorts").items()}
        stamps = Stamps(**told["stamps"], cohorts=cohorts)
        return Answer(body, told["etag"], Viewer(**told["viewer"]), stamps, told["until"], shared=True)

    def _name(self, question: str) -> str:
        return f"almanac:answer:{self._version}:{question}"


def etag_of(body: bytes) -> str:
    """The validator of a body, in quotes."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'
