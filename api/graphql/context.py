"""What resolvers of one request share."""

from dataclasses import dataclass

import strawberry

from api.database import Database
from api.graphql.loaders import DataLoaders


@dataclass(frozen=True, slots=True)
class Context:
    """The database, and the request's own loaders over it."""

    database: Database
    load: DataLoaders


Info = strawberry.Info[Context, None]
