"""The GraphQL types Account, ApiKey and SavedFilter."""

from datetime import datetime
from enum import Enum

import strawberry
from strawberry.scalars import JSON

from api.graphql.context import Info
from api.graphql.ids import global_id
from api.graphql.inputs.saved import problem_with
from api.graphql.types.member import Member
from schema.insights import accounts
from schema.insights.accounts import FilterRow, Identity, KeyRow


@strawberry.enum(description="How far a key or a session goes; each goes as far as those before it, and further.")
class Scope(Enum):
    READ = strawberry.enum_value("read", description="Ask questions.")
    WRITE = strawberry.enum_value("write", description="Change what belongs to the account, and sync it.")
    OPERATOR = strawberry.enum_value("operator", description="See and change what belongs to anyone.")


@strawberry.type(description="A secret by which a program acts for an account; the secret itself is not kept here.")
class ApiKey:
    id: strawberry.ID = strawberry.field(description="Global id.")
    name: str = strawberry.field(description="What the key is for.")
    hint: str = strawberry.field(description="Its first characters, to tell keys apart.")
    scope: Scope = strawberry.field(description="How far it goes.")
    created_at: datetime = strawberry.field(description="When it was made, UTC.")
    expires_at: datetime | None = strawberry.field(description="When it ends, UTC; null for never.")
    last_used_at: datetime | None = strawberry.field(
        description="When it was last used, UTC, to within five minutes; null for never."
    )

    @classmethod
    def of(cls, row: KeyRow) -> "ApiKey":
        """The key in a row."""
        return cls(
            id=global_id("ApiKey", row.id),
            name=row.name,
            hint=row.hint,
            scope=Scope(row.scope),
            created_at=row.created_at,
            expires_at=row.expires_at,
            last_used_at=row.last_used_at,
        )


@strawberry.type(description="A film filter under a name.")
class SavedFilter:
    id: strawberry.ID = strawberry.field(description="Global id.")
    name: str = strawberry.field(description="Unique within the account.")
    filter: JSON = strawberry.field(
        description="As it was given: an object with the fields of a `FilmFilter`, to be sent as a variable of that"
        " type."
    )

    @strawberry.field(
        description="Why `Cohort.films(filter:)` would not take it any more, as it would say itself; null when it does."
    )
    def problem(self, info: Info) -> str | None:
        return problem_with(info, self.filter)

    @classmethod
    def of(cls, row: FilterRow) -> "SavedFilter":
        """The filter in a row."""
        return cls(id=global_id("SavedFilter", row.id), name=row.name, filter=row.filter)


@strawberry.type(description="Someone who may own cohorts.")
class Account:
    id: strawberry.ID = strawberry.field(description="Global id.")
    email: str = strawberry.field(description="The address that sign-in links go to.")
    scope: Scope = strawberry.field(description="How far the key or session goes by which you ask.")
    key: strawberry.Private[int]

    @strawberry.field(description="Whose account it is, as its operator said; null when it is no member's.")
    async def member(self, info: Info) -> Member | None:
        tie = await info.context.database.read(accounts.tie_of, self.key)
        return Member.of(await info.context.load.member_by_username.load(tie.username)) if tie else None

    @strawberry.field(description="Its API keys that are not revoked, the newest first.")
    async def api_keys(self, info: Info) -> list[ApiKey]:
        return [ApiKey.of(row) for row in await info.context.database.read(accounts.keys_of, self.key)]

    @strawberry.field(description="Its saved film filters, by name.")
    async def saved_filters(self, info: Info) -> list[SavedFilter]:
        return [SavedFilter.of(row) for row in await info.context.database.read(accounts.filters_of, self.key)]

    @classmethod
    def of(cls, identity: Identity) -> "Account":
        """The account of whoever asks."""
        return cls(
            id=global_id("Account", identity.account_id),
            email=identity.email,
            scope=Scope(identity.scope),
            key=identity.account_id,
        )
