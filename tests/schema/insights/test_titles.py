"""Titles are found as people write them."""

import pytest

from schema.insights.titles import holds, index, is_title, places, words


@pytest.mark.parametrize(
    ("title", "asked"),
    [
        ("Amélie", "AMELIE"),
        ("Ocean's Eleven", "oceans"),
        ("Ocean\u2019s Eleven", "ocean's eleven"),
        ("Spider-Man: No Way Home", "spider man home"),
        ("Łódź, Østersøen & Straße", "lodz ostersoen strasse"),
        ("Æon Flux", "aeon"),
        ("千と千尋の神隠し", "神隠し"),
        ("기생충", "기생충"),
        ("Сталкер", "сталк"),
        ("Red Desert", "desert RE"),
    ],
)
def test_a_title_is_found(title, asked):
    assert holds(index(title), words(asked))
    assert words(" ".join(words(asked))) == words(asked)


@pytest.mark.parametrize(("title", "asked"), [("Brothers", "her"), ("Stalker", "talk"), ("Red Desert", "red dessert")])
def test_other_titles_are_not(title, asked):
    assert not holds(index(title), words(asked))


def test_the_original_title_counts_and_its_words_do_not_run_into_the_other_s():
    both = index("The Mirror", "Зеркало")
    assert holds(both, words("зерк mirror")) and is_title(both, words("ЗЕРКАЛО")) and is_title(both, ["the", "mirror"])
    assert not is_title(both, ["mirror"]) and not is_title(both, ["mirror", "зеркало"])
    assert index("Élan", "elan") == index("Élan") == index("Élan", None)


def test_places_are_those_of_titles_that_hold_all_words():
    indexed = [index(title) for title in ("Red Desert", "The Red Shoes", "", "Desert Hearts")]
    for asked in (["red"], ["red", "desert"], ["d"], ["x"]):
        assert places(indexed, asked) == [n for n, each in enumerate(indexed) if holds(each, asked)]
    assert places(indexed, []) == [0, 1, 2, 3]
