"""Pages that a script fills are read through a real browser, which asks for nothing by itself."""

import os

import pytest
from sqlalchemy import text

from fixtures.backlot.testing import running
from tests.browser import needs_browser
from tests.crawler.crawls import crawl, shown, stored
from tests.crawler.site import Site, serving

FILMS = "slugs=shoah,kwaidan"


@pytest.fixture(scope="module")
def backlot():
    with running(weight="light", scripted=True) as backlot:
        yield backlot


@pytest.fixture
def environment(backlot, database, tmp_path):
    return {
        **os.environ,
        "DATABASE_URL": database.url.render_as_string(hide_password=False),
        "LETTERBOXD_BASE_URL": backlot.url,
        "ALMANAC_CRAWL_DELAY": "0",
        "ALMANAC_CRAWL_REPORT": str(tmp_path / "report.json"),
        "ALMANAC_RENDER": "rated,likes,histogram",
    }


def test_without_it_the_page_fails_by_name_and_no_browser_is_loaded(backlot, environment, database):
    quiet = {**environment, "ALMANAC_RENDER": "", "PYTHONPROFILEIMPORTTIME": "1"}
    code, report, log = crawl(quiet, "rated", "username=ada")
    assert code == 1
    assert report["errors"] == [
        f"rated of ada: page filled by script at {backlot.url}/ada/films/rated/.5-5/: 72 rated films, none with its"
        " rating; the page as served lacks its data, a browser would show it;"
        " rendering is off, ALMANAC_RENDER=rated turns it on"
    ]
    assert stored(database, "ada") == {}
    assert "crawler.rendering.request" in log
    assert "playwright" not in log


@needs_browser
def test_ratings_and_likes_that_come_by_script_are_read(backlot, environment, database):
    backlot.clear_log()
    for spider in ("rated", "likes"):
        code, report, log = crawl(environment, spider, "username=ada")
        assert (code, report["errors"]) == (0, []), log
    truth = {slug: facets[:2] for slug, facets in shown(backlot, "ada").items() if facets[0] or facets[1]}
    assert {slug: facets[:2] for slug, facets in stored(database, "ada").items()} == truth
    assert [entry["path"] for entry in backlot.log()] == [
        "/robots.txt",
        "/ada/films/rated/.5-5/",
        "/static/js/csi.js",
        "/csi/ada/films/rated/.5-5/",
        "/ada/films/rated/.5-5/page/2/",
        "/csi/ada/films/rated/.5-5/page/2/",
        "/robots.txt",
        "/ada/likes/films/rated/none/",
        "/static/js/csi.js",
        "/csi/ada/likes/films/rated/none/",
    ]
    assert all(entry["user_agent"].startswith("CohortAlmanac") for entry in backlot.log())
    with database.connect() as connection:
        found = connection.execute(
            text("SELECT kind, sum(requests) FROM crawl_requests GROUP BY kind HAVING kind LIKE '% rendered'")
        )
        assert dict(found.all()) == {"rated rendered": 3, "likes rendered": 2}


@needs_browser
def test_a_histogram_that_comes_by_script_is_read(backlot, environment, database):
    code, report, log = crawl(environment, "histogram", FILMS)
    assert (code, report["errors"], report["items"]) == (0, [], 2), log
    with database.connect() as connection:
        counts, total = connection.execute(text("SELECT counts, rating_count FROM film_histograms LIMIT 1")).one()
    assert sum(counts) == total > 0


PAGE = "/csi/film/kwaidan/rating-histogram/"
BARS = "".join(
    f'<li class="rating-histogram-bar"><a class="bar" href="/film/kwaidan/ratings/rated/{n}/by/rating/"'
    f' title="1 {label} rating (10%)"></a></li>'
    for n, label in enumerate(["half-★", "★", "★½", "★★", "★★½", "★★★", "★★★½", "★★★★", "★★★★½", "★★★★★"])
)
CHART = f'<div class="rating-histogram"><ul>{BARS}</ul></div>'


@needs_browser
def test_the_page_gets_what_it_needs_of_its_own_origin_and_nothing_else(environment):
    elsewhere = Site()
    script = """
      const place = document.querySelector(".csi");
      const ask = (address, options) => fetch(address, options).catch(() => null);
      ask("ELSEWHERE/data"); ask("/posted/", {method: "POST"}); ask("/moved/"); ask("/cdn-cgi/challenge/");
      ask("/kept/back/"); new WebSocket("ELSEWHERE/socket".replace("http", "ws")); open("ELSEWHERE/window");
      document.cookie = "seen=1";
      ask("/bars/").then((answer) => answer.text()).then((bars) => {
        for (let n = 0; n < 30; n++) ask(`/more/${n}/`);
        setTimeout(() => { place.outerHTML = bars; location.href = "/left/"; }, 500);
      });
    """.replace("ELSEWHERE", elsewhere.url)
    page = f"""<div class="csi" data-src="{PAGE}x/"></div><img src="/own.png"><img src="{elsewhere.url}/a.png">
      <link rel="stylesheet" href="/own.css"><link rel="preconnect" href="{elsewhere.url}">
      <iframe src="/frame/"></iframe><script src="{elsewhere.url}/x.js"></script><script src="/own.js"></script>"""
    own = Site(
        {
            "/robots.txt": (200, {}, "User-agent: *\nDisallow: /kept/"),
            PAGE: (200, {"set-cookie": "session=1"}, page),
            "/own.js": (200, {"content-type": "text/javascript"}, script),
            "/bars/": (200, {}, CHART),
            "/moved/": (302, {"location": f"{elsewhere.url}/moved/"}, ""),
        }
    )
    with serving(own, elsewhere):
        code, report, log = crawl({**environment, "LETTERBOXD_BASE_URL": own.url}, "histogram", "slug=kwaidan")
    assert (code, report["errors"]) == (0, []), log
    assert elsewhere.connections == 0
    asked = own.asked
    assert asked[:3] == ["/robots.txt", PAGE, "/own.js"]
    assert sorted(path for path in asked[3:] if not path.startswith("/more/")) == ["/bars/", "/moved/"]
    # Ten requests a page: the three above, the one that robots.txt stops, and as many of the thirty as are left.
    assert sum(path.startswith("/more/") for path in asked) == 6
    assert own.connections <= len(asked)


@needs_browser
def test_a_challenge_in_the_browser_ends_the_crawl(environment):
    challenge = (403, {"cf-mitigated": "challenge"}, "<title>Just a moment...</title>")
    fill = "fetch('/bars/').then((answer) => answer.text()).then((bars) => document.write(bars))"
    page = f'<div class="csi" data-src="{PAGE}x/"></div><script>{fill}</script>'
    other = PAGE.replace("kwaidan", "shoah")
    site = Site({"/robots.txt": (404, {}, ""), PAGE: (200, {}, page), other: (200, {}, page), "/bars/": challenge})
    with serving(site):
        code, report, log = crawl({**environment, "LETTERBOXD_BASE_URL": site.url}, "histogram", "slugs=kwaidan,shoah")
    assert code == 1
    host = site.url.removeprefix("http://")
    assert report["paused"].startswith(f"{host}: challenge page at {site.url}/bars/"), log
    assert site.asked.count("/bars/") == 1
