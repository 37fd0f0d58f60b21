"""How many statements a page of films takes."""

from tests.api.test_cohort_films import PAGE, WORLDWIDE

# A process that has neither film columns nor the numbers of the cohort yet reads them.
COLD = ["stamps", "stamps", "columns", "names", "vectors"]


def kinds(answer) -> list[str]:
    """What each statement of an answer was for."""
    return [_kind(statement) for statement in answer.statements]


def test_a_page_takes_a_statement_for_vectors_and_one_for_films(api, world):
    assert kinds(api.ask(PAGE, id=str(world.cohort_id))) == [*COLD, "films"]


def test_histograms_take_one_more_statement_however_often_they_are_asked_for(api, world):
    asked = kinds(api.ask(WORLDWIDE, id=str(world.cohort_id)))
    assert sorted(asked) == sorted([*COLD, "films", "histograms"])


def test_orders_by_facts_of_films_read_nothing_more(api, world):
    order = [{"by": "TITLE"}, {"by": "RELEASE_YEAR"}, {"by": "DIVERGENCE"}]
    assert kinds(api.ask(PAGE, id=str(world.cohort_id), orderBy=order)) == [*COLD, "films"]


def test_credits_of_a_page_take_one_statement(api, world):
    query = """query ($id: ID!) { cohort(id: $id) { films { edges { node { film {
        directors { name } writers { name } cast { name } } } } } } }"""
    assert kinds(api.ask(query, id=str(world.cohort_id))) == [*COLD, "films", "credits"]


def _kind(statement: str) -> str:
    """What a statement is for."""
    marks = {
        "FROM film_changes": "stamps",
        "member_vectors": "vectors",
        "FROM film_credits": "credits",
        "FROM film_histograms": "histograms",
        "FROM film_columns WHERE": "columns",
        "FROM film_columns, unnest": "names",
        "FROM films": "films",
    }
    return next((kind for mark, kind in marks.items() if mark in statement), statement)
