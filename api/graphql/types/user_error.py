"""The GraphQL type UserError: what a person can mend about a mutation that was not done."""

from enum import Enum

import strawberry


@strawberry.enum(description="What is wrong with what a person entered.")
class UserErrorCode(Enum):
    INVALID = strawberry.enum_value("invalid", description="It cannot be used; the message says what can.")
    TAKEN = strawberry.enum_value("taken", description="Something else of yours has this name.")
    TOO_MANY = strawberry.enum_value("too_many", description="You have as many as one account may have.")


@strawberry.type(description="Why a mutation was not done, for the person who asked for it.")
class UserError:
    code: UserErrorCode = strawberry.field(description="What kind of mistake it is.")
    field: str = strawberry.field(description="The argument that it is about.")
    message: str = strawberry.field(description="What is wrong, in a sentence.")
