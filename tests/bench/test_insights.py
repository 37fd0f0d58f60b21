"""The benchmark of insights asks the vectors and every SQL formulation the same, and gets the same."""

from bench import insights


def test_every_way_gives_the_same_answer(database):
    found = insights.run(database, members=120, ratings_each=150, films=600, rounds=4)
    assert found["same_answer"] is True
    assert set(found["missed"]) <= set(found["limits"])
    assert found["tables"]["films"] > 300
    assert list(found["ms_by_members"]) == [10, 100]
