"""The GraphQL type Member."""

import strawberry

from schema.insights.groups import MemberRow


@strawberry.type(description="A Letterboxd user whose reactions are known here.")
class Member:
    username: str = strawberry.field(description="Unique, lower-case; the name in the member's addresses.")
    display_name: str | None = strawberry.field(description="The name the member goes by.")

    @classmethod
    def of(cls, row: MemberRow) -> "Member":
        """The member in a row."""
        return cls(username=row.username, display_name=row.display_name)
