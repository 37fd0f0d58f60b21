"""Readers of upstream pages: bytes in, typed records out, one file a page kind."""

from crawler.pages import diary, film, filmjson, following, histogram, likes, list, profile, rated, rss, tmdb

KINDS = {
    "rated": rated.parse,
    "likes": likes.parse,
    "film": film.parse,
    "filmjson": filmjson.parse,
    "histogram": histogram.parse,
    "following": following.parse,
    "list": list.parse,
    "profile": profile.parse,
    "diary": diary.parse,
    "rss": rss.parse,
    "tmdb": tmdb.parse_answer,
}
