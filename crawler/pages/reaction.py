"""Reads what a member made of a film: the rating and the like below a poster or in a diary row."""

from selectolax.lexbor import LexborNode

from crawler.pages.errors import MarkupDrift
from crawler.pages.text import half_stars, number

# Real ones have some 200 characters.
_LONGEST_REMEMBERED = 2_000
_REMEMBERED = 1_024


def read_reaction(paragraph: LexborNode, kind: str) -> tuple[int | None, bool]:
    """Half-stars and like in `p.poster-viewingdata`, whose whole class is `kind`.

    Raises MarkupDrift when classes and stars disagree.
    """
    markup = kind, paragraph.inner_html or ""
    judged = _judged.get(markup)
    if judged is None:
        judged = _judge(paragraph, kind)
        # What is remembered must stay small, whatever pages bring.
        if sum(map(len, markup)) <= _LONGEST_REMEMBERED:
            if len(_judged) >= _REMEMBERED:
                _judged.clear()
            _judged[markup] = judged
    return judged


# A page has one for every tile, and of a few dozen kinds in all.
_judged: dict[tuple[str, str], tuple[int | None, bool]] = {}


def _judge(paragraph: LexborNode, kind: str) -> tuple[int | None, bool]:
    shown = paragraph.text()
    rating, liked = None, False
    for node in paragraph.iter():
        if not node.is_element_node:
            continue
        classes = node.attributes.get("class") or ""
        names = classes.split()
        if "rating" in names:
            rating = read_rating(classes)
        elif "icon-liked" in names:
            liked = True
        elif "like" in names or "-rating" in names or not names:
            raise MarkupDrift(f"a reaction of class {classes!r}")
    if half_stars(shown, "a reaction") != rating:
        raise MarkupDrift(f"{shown.strip()!r} shown, {rating} half-stars stated")
    if "-rated-and-liked" in kind and not (rating and liked):
        raise MarkupDrift(f"said to be rated and liked, found {rating} and {liked}")
    return rating, liked


def read_rating(classes: str, *, lowest: int = 1) -> int | None:
    """Half-stars of an element by its classes, `rated-1` to `rated-10`.

    With `lowest` 0, a rating without a value, or `rated-0`, means no rating.
    """
    stated = [name[6:] for name in classes.split() if name.startswith("rated-")]
    if not stated and lowest == 0:
        return None
    if len(stated) != 1:
        raise MarkupDrift(f"a rating of class {classes!r}")
    return half_stars_of(stated[0], "rating", lowest=lowest)


def half_stars_of(text: str, what: str, *, lowest: int = 1) -> int | None:
    """A rating written as a number of half-stars; 0, where `lowest` allows it, is none."""
    rating = number(text, what)
    if not lowest <= rating <= 10:
        raise MarkupDrift(f"{what} {rating} is not within {lowest} to 10")
    return rating or None
