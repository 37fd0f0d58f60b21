"""What must be said wherever data of others is shown: in pages, exports and the guides."""

TMDB = "This product uses TMDB and the TMDB APIs but is not endorsed, certified, or otherwise approved by TMDB."
LETTERBOXD = "Film pages and ratings link to Letterboxd; this product is not affiliated with Letterboxd."
WIKIDATA = "Which films are the same here and there is known from Wikidata (CC0)."

NOTICES = (TMDB, LETTERBOXD, WIKIDATA)
