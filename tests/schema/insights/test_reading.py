"""Members' vectors are looked up one by one, however many others there are."""

import pytest
from sqlalchemy import text

from schema.insights import reading
from schema.store import cohorts


@pytest.mark.parametrize(
    "statement",
    [
        reading._REACTIONS_OF_COHORT,
        reading._REACTIONS_OF_MEMBERS,
        reading._YEARS_OF_COHORT,
        reading._YEARS_OF_MEMBERS,
    ],
    ids=["reactions of a cohort", "reactions of members", "years of a cohort", "years of members"],
)
def test_nobody_elses_rows_are_read(connection, statement):
    connection.execute(text("INSERT INTO members (id, username) SELECT n, 'm' || n FROM generate_series(1, 2000) n"))
    connection.execute(
        text(
            "INSERT INTO member_vectors (member_id, film_ids, ratings, flags, rated_years)"
            " SELECT n, int4send(n), '\\x05', '\\x00', '\\x00' FROM generate_series(1, 2000) n"
        )
    )
    cohort = cohorts.create(connection, "some", {"usernames": ["m7"]})
    cohorts.set_members(connection, cohort, range(7, 1401, 7))
    connection.execute(text("ANALYZE member_vectors, cohort_members"))
    asked = {"cohort": cohort, "members": list(range(7, 1401, 7))}
    where = {name: value for name, value in asked.items() if f":{name}" in statement.text}
    plan = "\n".join(connection.execute(text(f"EXPLAIN {statement.text}"), where).scalars())
    assert "Index Scan using pk_member_vectors" in plan
    assert "Seq Scan on member_vectors" not in plan
