"""What members of the small world do, and how it is read."""

PAGE = 6  # films on one


def slugs(walk):
    return [film.slug for film in walk.dataset.films]


def rate(walk, *films, rating=7, member="ada"):
    for film in films:
        walk.change("rate", member=member, slug=slugs(walk)[film], rating=rating)


def like(walk, *films):
    for film in films:
        walk.change("like", member="ada", slug=slugs(walk)[film])


def sweep(walk, **how):
    for spider in ("rated", "likes", "profile"):
        assert walk.crawl(spider, "ada", **how) == []
    walk.asked.clear()
