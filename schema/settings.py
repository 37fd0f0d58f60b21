"""Every environment variable the product reads, what it means, and one clear error when it is wrong."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from urllib.parse import urlsplit

from schema.authorization import Authorization, AuthorizationError, read

REPOSITORY = Path(__file__).resolve().parent.parent


class SettingsError(ValueError):
    """An environment variable holds something that cannot be used; the message names it."""


def _setting(variable: str, default: str, meaning: str) -> str:
    return field(default=default, metadata={"variable": variable, "meaning": meaning})


@dataclass(frozen=True, slots=True)
class Settings:
    """The environment, read once. Numbers and URLs are checked; secrets never show in `repr`."""

    database_url: str = _setting(
        "DATABASE_URL",
        "",
        "PostgreSQL 15 or newer, as postgresql://user:password@host/name; embedded when unset",
    )
    redis_url: str = _setting("REDIS_URL", "", "Redis 6 or newer, as redis://host:6379/0; embedded when unset")
    home: str = _setting(
        "ALMANAC_HOME", str(REPOSITORY / ".almanac"), "folder of the embedded servers' data and of run files"
    )
    letterboxd_base_url: str = _setting(
        "LETTERBOXD_BASE_URL",
        "https://letterboxd.com",
        "origin of Letterboxd's pages, or of a mirror you may crawl",
    )
    tmdb_base_url: str = _setting("TMDB_BASE_URL", "https://api.themoviedb.org", "origin of the TMDB API")
    tmdb_api_key: str = _setting("TMDB_API_KEY", "", "TMDB v4 read access token, sent as a bearer header")
    wikidata_base_url: str = _setting(
        "WIKIDATA_BASE_URL", "https://query.wikidata.org", "origin of the Wikidata query service"
    )
    contact: str = _setting(
        "ALMANAC_CONTACT", "", "e-mail or URL put into the user agent, so that an upstream can reach you"
    )
    crawl_delay: str = _setting(
        "ALMANAC_CRAWL_DELAY", "1.0", "least seconds between two requests to one host, of all processes together"
    )
    authorization_file: str = _setting(
        "ALMANAC_AUTHORIZATION", "", "TOML or JSON file with the permission to crawl Letterboxd itself"
    )
    feeds: str = _setting(
        "ALMANAC_FEEDS", "on", "on, or off to leave alone even the Letterboxd feeds of members who opted in"
    )
    enrich_budget: str = _setting(
        "ALMANAC_ENRICH_BUDGET",
        "500",
        "how many films one sync may enrich, most-watched first; the rest waits",
    )

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """Settings from `environment`; raises SettingsError naming the variable that is wrong."""
        values = {
            f.name: environment[f.metadata["variable"]].strip()
            for f in fields(cls)
            if environment.get(f.metadata["variable"], "").strip()
        }
        settings = cls(**values)
        settings._check()
        return settings

    def _check(self) -> None:
        if self.database_url and not re.match(r"postgres(ql)?(\+psycopg)?://", self.database_url):
            raise SettingsError("DATABASE_URL: must start with postgresql://")
        if self.redis_url and not re.match(r"(rediss?|unix)://", self.redis_url):
            raise SettingsError("REDIS_URL: must start with redis://, rediss:// or unix://")
        for variable, url in (
            ("LETTERBOXD_BASE_URL", self.letterboxd_base_url),
            ("TMDB_BASE_URL", self.tmdb_base_url),
            ("WIKIDATA_BASE_URL", self.wikidata_base_url),
        ):
            parts = urlsplit(url)
            if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
                raise SettingsError(f"{variable}: must be an http(s) origin such as https://host, not {url!r}")
        if re.search(r"[\r\n()]", self.contact):
            raise SettingsError("ALMANAC_CONTACT: must be one line without parentheses")
        self.delay_seconds  # noqa: B018 - the property raises on a bad number
        self.enrich_films  # noqa: B018
        self.authorization  # noqa: B018
        if self.feeds not in {"on", "off"}:
            raise SettingsError(f"ALMANAC_FEEDS: must be on or off, not {self.feeds!r}")

    @property
    def delay_seconds(self) -> float:
        """Least seconds between two requests to one host, of all processes together."""
        return float(self._number("ALMANAC_CRAWL_DELAY", self.crawl_delay, float))

    @property
    def tmdb_delay_seconds(self) -> float:
        """Least seconds between two requests to TMDB: its soft limit is about 40 a second.

        Only a replica on this machine may be asked without a pause, when ALMANAC_CRAWL_DELAY is 0.
        """
        loopback = urlsplit(self.tmdb_base_url).hostname in {"127.0.0.1", "localhost", "::1"}
        return 0.0 if loopback and self.delay_seconds == 0 else 1 / 40

    @property
    def authorization(self) -> Authorization | None:
        """The permission to crawl Letterboxd itself, None without one."""
        if not self.authorization_file:
            return None
        try:
            return read(Path(self.authorization_file).expanduser())
        except AuthorizationError as error:
            raise SettingsError(f"ALMANAC_AUTHORIZATION: {error}") from None

    @property
    def enrich_films(self) -> int:
        """How many films one sync may enrich."""
        return int(self._number("ALMANAC_ENRICH_BUDGET", self.enrich_budget, int))

    @staticmethod
    def _number(variable: str, text: str, kind: type[int] | type[float]) -> float:
        try:
            number = kind(text)
        except ValueError:
            number = -1
        if not 0 <= number < 1_000_000:
            raise SettingsError(f"{variable}: must be a number of 0 or more, not {text!r}")
        return number

    @property
    def home_path(self) -> Path:
        """ALMANAC_HOME as an absolute path."""
        return Path(self.home).expanduser().resolve()

    @property
    def user_agent(self) -> str:
        """The honest name every outgoing request carries."""
        return f"CohortAlmanac/0.1 (+{self.contact or 'contact not configured'})"

    def __repr__(self) -> str:
        return f"Settings(letterboxd={self.letterboxd_base_url}, home={self.home})"
