"""robots.txt is obeyed, and its silence is taken for no."""

import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from schema.settings import REPOSITORY


@pytest.fixture
def site():
    """A site whose robots.txt is `site.robots` = (status, body), and which remembers what was asked."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            server.asked.append(self.path)
            status, body = server.robots if self.path == "/robots.txt" else (200, b"<html></html>")
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.asked = []
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def crawl(site, database, tmp_path, *, members=("ada",)):
    report = tmp_path / "report.json"
    environment = {
        **os.environ,
        "DATABASE_URL": database.url.render_as_string(hide_password=False),
        "LETTERBOXD_BASE_URL": f"http://127.0.0.1:{site.server_port}",
        "ALMANAC_CRAWL_DELAY": "0",
        "ALMANAC_CRAWL_REPORT": str(report),
    }
    flags = ["-s", "RETRY_TIMES=1", "-s", "LOG_LEVEL=ERROR"]
    subprocess.run(
        [sys.executable, "-m", "scrapy", "crawl", "likes", "-a", f"usernames={','.join(members)}", *flags],
        cwd=REPOSITORY,
        env=environment,
        check=False,
        timeout=60,
    )
    return [path for path in site.asked if path != "/robots.txt"], json.loads(report.read_text())["errors"]


@pytest.mark.parametrize("status", [500, 503])
def test_a_server_error_means_no(site, database, tmp_path, status):
    site.robots = (status, b"")
    asked, (error,) = crawl(site, database, tmp_path)
    assert asked == []
    assert f"robots.txt of 127.0.0.1:{site.server_port} answers {status}" in error


def test_no_answer_means_no(site, database, tmp_path):
    site.robots = (200, b"")
    site.server_close()
    asked, (error,) = crawl(site, database, tmp_path)
    assert asked == []
    assert "cannot be read" in error


def test_rules_are_obeyed(site, database, tmp_path):
    site.robots = (200, b"User-agent: *\nDisallow: /*/likes/\n")
    asked, (error,) = crawl(site, database, tmp_path)
    assert asked == []
    assert "Forbidden by robots.txt" in error


def test_rules_are_obeyed_by_all_who_wait_for_them_at_once(site, database, tmp_path):
    site.robots = (200, b"User-agent: *\nDisallow: /*/likes/\n")
    asked, errors = crawl(site, database, tmp_path, members=[f"member{n}" for n in range(10)])
    assert asked == []
    assert len([error for error in errors if "Forbidden by robots.txt" in error]) == 10


@pytest.mark.parametrize("robots", [(404, b"Disallow: /"), (200, b"User-agent: CohortAlmanac\nAllow: /\n")])
def test_no_rules_means_yes(site, database, tmp_path, robots):
    site.robots = robots
    asked, _ = crawl(site, database, tmp_path)
    assert asked == ["/ada/likes/films/rated/none/"]
