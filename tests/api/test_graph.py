"""The schema's shape: the committed copy, and that everything in it is explained."""

from pathlib import Path

from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLObjectType, build_schema

from api.graph import sdl
from tests.documents import asked_for, everything_in

COMMITTED = Path(__file__).resolve().parents[2] / "api" / "schema.graphql"


def test_the_committed_schema_is_the_one_that_is_served():
    assert COMMITTED.read_text() == sdl(), "run: almanac schema > api/schema.graphql"


def test_everything_has_a_description():
    silent = []
    for name, kind in build_schema(sdl()).type_map.items():
        if name.startswith("__") or name in {"Boolean", "Float", "ID", "Int", "String"}:
            continue
        if not kind.description:
            silent.append(name)
        if isinstance(kind, GraphQLEnumType):
            silent += [f"{name}.{value}" for value, definition in kind.values.items() if not definition.description]
        if isinstance(kind, GraphQLObjectType | GraphQLInputObjectType):
            for field, definition in kind.fields.items():
                arguments = getattr(definition, "args", {})
                silent += [f"{name}.{field}"] if not definition.description else []
                silent += [f"{name}.{field}({each})" for each, one in arguments.items() if not one.description]
    assert silent == []


def test_the_parts_that_must_not_move():
    schema = build_schema(sdl())
    promised = {
        "Query": "cohort: Cohort, cohorts: CohortConnection!, adHocCohort: Cohort!, film: Film,"
        " films: FilmConnection!, member: Member,"
        " syncRun: SyncRun",
        "Cohort": "id: ID, label: String!, memberCount: Int!, version: Int!, members: MemberConnection!,"
        " films: CohortFilmConnection!, film: CohortFilm, slice: CohortFilmConnection!, alignment: [Alignment!]!,"
        " health: CohortHealth!",
        "CohortFilm": "film: Film!, rank: Int, score: Float, average: Float, ratedCount: Int!, watchers: Int!,"
        " likedCount: Int!, likedPct: Float, favoriteCount: Int!, favoritePct: Float, globalAverage: Float,"
        " divergence: Float, histogram: [Int!]!, globalHistogram: [Int!], standardDeviation: Float,"
        " shape: DistributionShape!, ratingPercentile: Float, watcherPercentile: Float, tags: [String!]!",
    }
    for name, fields in promised.items():
        for promise in fields.split(", "):
            field, _, kind = promise.partition(": ")
            assert str(schema.type_map[name].fields[field].type) == kind, f"{name}.{field}"
    assert schema.type_map["CohortDefinition"].is_one_of
    films = schema.type_map["Cohort"].fields["films"].args
    assert {name: str(argument.type) for name, argument in films.items()} == {
        "filter": "FilmFilter",
        "orderBy": "[FilmOrder!]",
        "ranking": "RankingStrategy!",
        "first": "Int",
        "after": "String",
    }


def test_everything_is_asked_for_by_some_document_that_is_executed():
    schema = build_schema(sdl())
    missing = everything_in(schema) - asked_for(schema)
    assert not missing, f"no document in tests/, docs/, examples/ or the editor asks for: {', '.join(sorted(missing))}"


def test_what_nothing_asks_for_is_named():
    schema = build_schema(sdl() + "extend type Film { smell(near: Int): Int } input Unused { never_given: Int }")
    assert everything_in(schema) - asked_for(schema) == {"Film.smell", "Film.smell(near)", "Unused.never_given"}
