"""Values for arguments: such as are good, such as lie on the border, and such as somebody hostile would send."""

import base64
import math
import random
import re
from collections import defaultdict
from contextlib import suppress
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    get_named_type,
)

_MOST_KEPT = 400  # of each sort of word
_MOST_IDS = 12  # of each kind; older ones are of what is gone


class Name(str):
    """The name of an enum's value: bare in a document, a string in variables."""


class Known:
    """Words that name something, by what they are: usernames, slugs, cursors, and whatever answers hold."""

    def __init__(self) -> None:
        self._words: dict[str, list[str]] = defaultdict(list)
        self._ids: dict[str, list[str]] = defaultdict(list)

    def learn(self, sort: str, word: str) -> None:
        """Remembers a word of a sort; of very many, the first."""
        words = self._words[sort.lower()]
        if len(words) < _MOST_KEPT and word not in words:
            words.append(word)

    def draw(self, chance: random.Random, about: str) -> str:
        """A word of a sort that the description mentions, mostly; of any sort otherwise."""
        about = about.lower()
        fitting = [sort for sort in self._words if sort in about]
        words = self._words[chance.choice(fitting if fitting and chance.random() < 0.9 else list(self._words))]
        return words[0] if chance.random() < 0.3 else chance.choice(words)  # so that several fields name the same

    def draw_id(self, chance: random.Random, about: str) -> str:
        """An id of something whose kind the description mentions, mostly; of anything otherwise."""
        fitting = [kind for kind in self._ids if kind in about.lower()]
        return chance.choice(
            self._ids[chance.choice(fitting if fitting and chance.random() < 0.9 else list(self._ids))]
        )

    def learn_id(self, word: str) -> None:
        """Remembers a global id under the last word of its kind: a SyncRun's is a run's. Of very many, the latest."""
        with suppress(ValueError):
            kind = re.findall("[A-Z][a-z]*", base64.b64decode(word, validate=True).decode().partition(":")[0])
            ids = self._ids[kind[-1].lower() if kind else ""]
            if word not in ids:
                ids[_MOST_IDS - 1 :] = []
                ids.insert(0, word)


STRINGS = (
    "",
    " ",
    "\0",
    "a\0b",
    "\ud800",
    "x\udfffy",
    "' OR 1=1 --",
    "'; DROP TABLE films; --",
    '" UNION SELECT secret_hash FROM api_keys --',
    "%s %(id)s {0} :id $1",
    "%",
    "_",
    "\\",
    "\\'",
    "../../etc/passwd",
    "http://169.254.169.254/latest",
    "file:///etc/passwd",
    "${7*7}{{7*7}}",
    "<script>alert(1)</script>",
    "\r\nSet-Cookie: a=b",
    "\u202e\u200b\ufeff",
    "é\u0301" * 40,
    "ﷺ" * 60,
    "x" * 5_000,
    "1",
    "0",
    "-1",
    "00001",
    "٣",
    "1e3",
    "9" * 30,
    "9223372036854775807",
    "9223372036854775808",
    "null",
    "undefined",
    "Q29ob3J0OjE=",
    "Q29ob3J0Oi0x",
    "Q29ob3J0Ojk5OTk5OTk5OTk5OTk5OTk5OTk=",
    "RmlsbTox",
    "WyJjb2hvcnRzIixudWxsLG51bGxd",
    "W10=",
    "W1tbW1tbW1tbW1tbW1tdXV1dXV1dXV1dXV1dXQ==",
    "eyJhIjoxfQ==",
    "WyJjb2hvcnRzIiwgTmFOXQ==",
    "2026-01-01T00:00:00Z",
    "0000-00-00",
    "a/b",
    "a/b/c",
    "//",
)
INTS = (0, 1, -1, 2, 3, 5, 10, 99, 100, 101, 200, 1900, 2026, 2**31 - 1, 2**31, -(2**31), -(2**31) - 1, 2**63, 10**30)
FLOATS = (0.0, -0.0, 0.5, 1.0, 2.75, 5.0, 10.0, -1.0, 100.0, 1e-320, 1e308, -1e308, math.pi)
MOMENTS = (
    "2026-01-01T00:00:00Z",
    "2026-01-01",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "2026-02-30T00:00:00Z",
    "2026-01-01T25:00:00Z",
    "2026-01-01T00:00:00.123456789Z",
    "now",
    "1e9",
)


class Values:
    """Draws values of any input type; `temper` is how often one is worse than it need be."""

    def __init__(self, known: Known, chance: random.Random) -> None:
        self._known, self._chance = known, chance

    def draw(self, kind: GraphQLInputType, about: str, temper: float, level: int = 0) -> Any:
        """A value, or something that is none."""
        chance = self._chance
        if isinstance(kind, GraphQLNonNull):
            return None if chance.random() < temper / 4 else self._some(kind.of_type, about, temper, level)
        if chance.random() < 0.04 or chance.random() < temper / 8:
            return None
        return self._some(kind, about, temper, level)

    def _some(self, kind: GraphQLInputType, about: str, temper: float, level: int) -> Any:
        chance = self._chance
        if chance.random() < temper / 3:
            return self._anything(level)
        if isinstance(kind, GraphQLList):
            return self._list(kind, about, temper, level)
        if isinstance(kind, GraphQLInputObjectType):
            return self._object(kind, temper, level)
        if isinstance(kind, GraphQLEnumType):
            return Name(chance.choice(list(kind.values)) if chance.random() >= temper else "NO_SUCH")
        return self._scalar(kind.name, about, temper, level)

    def _list(self, kind: GraphQLList, about: str, temper: float, level: int) -> Any:
        if self._chance.random() < 0.05:  # one value stands for a list of one
            return self.draw(kind.of_type, about, temper, level + 1)
        size = self._chance.choice((0, 1, 1, 2, 2, 3)) if self._chance.random() >= temper / 2 else 300
        if isinstance(get_named_type(kind), GraphQLInputObjectType):
            size = min(size, 3)
        return [self.draw(kind.of_type, about, temper, level + 1) for _ in range(size)]

    def _object(self, kind: GraphQLInputObjectType, temper: float, level: int) -> Any:
        chance, fields = self._chance, kind.fields
        needed = [name for name, each in fields.items() if isinstance(each.type, GraphQLNonNull)]
        if kind.is_one_of and chance.random() >= temper / 2:
            plain = [name for name, each in fields.items() if not _nests(each.type)]
            chosen = [chance.choice(plain if level >= 4 or chance.random() < 0.6 else list(fields))]
        else:
            optional = [name for name in fields if name not in needed and (level < 4 or not _nests(fields[name].type))]
            chosen = needed + chance.sample(optional, min(len(optional), chance.choice((0, 1, 1, 2, 3))))
        given = {}
        for name in chosen:
            about = f"{name} {fields[name].description or ''}"
            inner = fields[name].type
            given[name] = (
                self._some(inner, about, temper, level + 1)
                if kind.is_one_of
                else self.draw(inner, about, temper, level + 1)
            )
        if chance.random() < temper / 10:
            given["surprise"] = 1
        if level < 2 and chance.random() < temper / 2:
            given = self._deep(kind, given)
        return given

    def _deep(self, kind: GraphQLInputObjectType, given: Any) -> Any:
        """Nested in itself far deeper than anybody would."""
        around = [name for name, each in kind.fields.items() if get_named_type(each.type) is kind]
        for _ in range(self._chance.choice((10, 40, 150)) if around else 0):
            name = self._chance.choice(around)
            given = {name: [given] if "[" in str(kind.fields[name].type) else given}
        return given

    def _scalar(self, name: str, about: str, temper: float, level: int) -> Any:
        chance = self._chance
        worse = chance.random() < temper
        if name in {"ID", "String"}:
            if worse:
                return chance.choice(STRINGS)
            return self._known.draw_id(chance, about) if name == "ID" else self._known.draw(chance, about)
        if name == "Int":
            return chance.choice(INTS) if worse else chance.choice((0, 1, 1, 2, 2, 3, 3, 5, 5, 10, 100, 1950))
        if name == "Float":
            return (
                chance.choice((*FLOATS, math.inf, math.nan))
                if worse
                else chance.choice((0, 0.5, 1, 2.5, 3, 4.5, 5, 50))
            )
        if name == "Boolean":
            return chance.random() < 0.5
        if name.startswith("Date"):
            return chance.choice(MOMENTS) if worse else chance.choice(MOMENTS[:4])
        return self._anything(level) if worse or chance.random() < 0.5 else {"average": {"min": 3}, "genres": None}

    def _anything(self, level: int) -> Any:
        draw = self._chance.choice
        sort = draw(("text", "int", "float", "list", "object", "truth")) if level < 4 else "text"
        if sort == "list":
            return [self._anything(level + 1) for _ in range(draw((0, 1, 2)))]
        if sort == "object":
            return {draw(("a", "id", "min", "__proto__", "usernames")): self._anything(level + 1)}
        return {"text": draw(STRINGS), "int": draw((*INTS, 10**400)), "float": draw(FLOATS), "truth": True}[sort]


def _nests(kind: GraphQLInputType) -> bool:
    return isinstance(get_named_type(kind), GraphQLInputObjectType)
