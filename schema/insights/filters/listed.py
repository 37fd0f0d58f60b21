"""The filter on lists of films."""

import numpy as np
from sqlalchemy import Connection

from schema.insights import lists
from schema.insights.aggregates import Ints
from schema.insights.filters.verdict import Verdict, known
from schema.insights.given import FilterError
from schema.insights.numbers import Numbers


def find(connection: Connection, address: str) -> Ints:
    """The films of the list at "user/slug"; raises FilterError for one that has never been read."""
    address = address.lower()
    if not lists.known(connection, [address]):
        raise FilterError(f"inList: no list {address!r} is known here")
    return np.array(lists.films(connection, address), dtype=np.int64)


def in_list(numbers: Numbers, wanted: Ints) -> Verdict:
    """On the list."""
    return known(np.isin(numbers.counts.film_ids, wanted))
