"""What must be said wherever data of others is shown: in pages, exports, answers and the guides."""

TMDB = "This product uses TMDB and the TMDB APIs but is not endorsed, certified, or otherwise approved by TMDB."
LETTERBOXD = "Film pages and ratings link to Letterboxd; this product is not affiliated with Letterboxd."
WIKIDATA = "Which films are the same here and there is known from Wikidata (CC0)."

NOTICES = (TMDB, LETTERBOXD, WIKIDATA)


def of_film(*, on_tmdb: bool, identified_by: str | None) -> list[str]:
    """What must be said beside one film: of whom something about it is known."""
    said = {TMDB: on_tmdb, LETTERBOXD: True, WIKIDATA: identified_by == "wikidata"}
    return [notice for notice in NOTICES if said[notice]]
