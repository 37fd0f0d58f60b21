"""Mutations of JSON: of answers that are JSON, and of the JSON-LD inside film pages."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from bench.fuzz.mutations.case import Case, Mutation, Promise

_LINKED = re.compile(rb'(<script type="application/ld\+json">[^{]*)(\{.*\})([^}]*</script>)', re.DOTALL)

# A place: the object or list that holds the value, and the key or index.
Place = tuple[Any, Any]


def _mutate(change: Callable[[Case, Any], bool]) -> Callable[[Case], bytes | None]:
    """A mutation that changes the JSON of a page in place."""

    def apply(case: Case) -> bytes | None:
        linked = _LINKED.search(case.body)
        text = linked[2] if linked else None if case.page.is_markup else case.body
        try:
            payload = json.loads(text) if text else None
        except ValueError:
            return None
        if not isinstance(payload, dict) or not change(case, payload):
            return None
        written = json.dumps(payload, ensure_ascii=case.draw.random() < 0.5).encode()
        return case.body[: linked.start(2)] + written + case.body[linked.end(2) :] if linked else written

    return apply


def _places(value: Any) -> Iterator[Place]:
    for key, inner in list(value.items() if isinstance(value, dict) else enumerate(value)):
        yield value, key
        if isinstance(inner, dict | list):
            yield from _places(inner)


def _choose(case: Case, payload: Any) -> Place:
    # The fields on top, as often as all those further in.
    places = [(payload, key) for key in payload] if case.draw.random() < 0.5 else list(_places(payload))
    return case.draw.choice(places)


def _drop(case: Case, payload: Any) -> bool:
    holder, key = _choose(case, payload)
    del holder[key]
    return True


def _null(case: Case, payload: Any) -> bool:
    holder, key = _choose(case, payload)
    holder[key] = None
    return True


def _retype(case: Case, payload: Any) -> bool:
    holder, key = _choose(case, payload)
    value = holder[key]
    if value is None or isinstance(holder, list):
        return False
    others = ["7", "", 7, -1, 2.5, 1e300, True, False, [], [7], ["7"], [None], {}, {"id": 7}, [[]], [{}]]
    holder[key] = case.draw.choice([other for other in others if type(other) is not type(value)])
    return True


def _nest(case: Case, payload: Any) -> bool:
    holder, key = _choose(case, payload)
    for _ in range(case.draw.choice((1, 50, 400))):
        holder[key] = [holder[key]]
    return True


def _change_number(case: Case, payload: Any) -> bool:
    numbers = [(holder, key) for holder, key in _places(payload) if type(holder[key]) is int]
    if not numbers:
        return False
    holder, key = case.draw.choice(numbers)
    holder[key] += case.draw.choice((-1, 1, 10, 10**6))
    return True


def _reorder(case: Case, payload: Any) -> bool:
    """Other order of fields, and fields that no reader knows."""
    keys = list(payload)
    case.draw.shuffle(keys)
    shuffled = {key: payload[key] for key in keys}
    payload.clear()
    payload.update(shuffled, new_field={"id": 1, "name": "new"}, another=None)
    return True


MUTATIONS = (
    Mutation("JSON field dropped", Promise.LESS, _mutate(_drop)),
    Mutation("JSON field null", Promise.LESS, _mutate(_null)),
    Mutation("JSON field of another type", Promise.INTACT, _mutate(_retype)),
    Mutation("JSON nested deeper", Promise.INTACT, _mutate(_nest)),
    Mutation("JSON number changed", Promise.INTACT, _mutate(_change_number)),
    Mutation("JSON fields in another order", Promise.EQUAL, _mutate(_reorder)),
)
