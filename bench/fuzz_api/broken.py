"""Operations by hypothesis-graphql, each of which breaks one rule of the schema."""

from graphql import GraphQLSchema
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis_graphql import Mode, from_schema, nodes

from bench.fuzz_api.operations import Operation


def broken(schema: GraphQLSchema, count: int, number: int) -> list[Operation]:
    """So many, the same for the same number."""
    made: list[Operation] = []
    scalars = {
        "Date": st.dates().map(lambda day: nodes.String(day.isoformat())),
        "DateTime": st.datetimes().map(lambda moment: nodes.String(f"{moment.isoformat()}Z")),
        "JSON": st.just(nodes.Object(fields=[])),
    }

    @seed(number)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(from_schema(schema, custom_scalars=scalars, mode=Mode.NEGATIVE))
    def make(document: str) -> None:
        kind = "mutation" if document.startswith("mutation") else "query"
        made.append(Operation(document, kind, must_fail=True))

    if count:
        make()
    return made
