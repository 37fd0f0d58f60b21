"""The GraphQL enum Source."""

from enum import Enum

import strawberry


@strawberry.enum(description="Where a reaction is known from.")
class Source(Enum):
    CRAWL = strawberry.enum_value("crawl", description="Pages of an upstream that may be crawled.")
    EXPORT = strawberry.enum_value("export", description="The account export that the member handed in.")
    RSS = strawberry.enum_value("rss", description="The public feed of the member, who opted in.")
