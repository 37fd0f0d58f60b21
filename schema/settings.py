"""Every environment variable the product reads, what it means, and one clear error when it is wrong."""

import ipaddress
import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from urllib.parse import urlsplit

from schema.authorization import Authorization, AuthorizationError, read

REPOSITORY = Path(__file__).resolve().parent.parent

# Kinds whose readers can tell that a script is still to fill the page.
_RENDERABLE = ("histogram", "likes", "rated")
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")


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
    render: str = _setting(
        "ALMANAC_RENDER",
        "",
        "kinds of pages that are shown to a browser when they come without their data: histogram, likes, rated",
    )
    chromium: str = _setting("ALMANAC_CHROMIUM", "", "the browser for ALMANAC_RENDER; looked for on PATH when unset")
    halt_after: str = _setting(
        "ALMANAC_HALT_AFTER", "3", "how many known tiles in a row, at the end of a page, end a delta; 1 or more"
    )
    enrich_budget: str = _setting(
        "ALMANAC_ENRICH_BUDGET",
        "500",
        "how many film pages, and how many histograms, one sync may ask Letterboxd for; the rest waits",
    )
    public_url: str = _setting(
        "ALMANAC_PUBLIC_URL", "", "origin at which people reach the API, https://host; goes into sign-in links"
    )
    anonymous: str = _setting(
        "ALMANAC_ANONYMOUS", "read", "what requests without a key may do: read what is public, or none"
    )
    rate_limit: str = _setting(
        "ALMANAC_RATE_LIMIT", "600", "requests a minute that a key or a person may make; 0 for any"
    )
    anonymous_rate_limit: str = _setting(
        "ALMANAC_ANONYMOUS_RATE_LIMIT", "120", "requests a minute that an address may make without a key; 0 for any"
    )
    trusted_proxies: str = _setting(
        "ALMANAC_TRUSTED_PROXIES", "", "addresses or networks, by commas, whose X-Forwarded-For is believed"
    )
    trusted_documents: str = _setting(
        "ALMANAC_TRUSTED_DOCUMENTS",
        "",
        "folder of .graphql files, or JSON file of documents by SHA-256: the only ones that non-operators may send",
    )
    smtp_url: str = _setting(
        "SMTP_URL", "", "mail server for sign-in links, smtp(s)://user:password@host:port; printed when unset"
    )
    mail_from: str = _setting("ALMANAC_MAIL_FROM", "", "sender of sign-in links; needed with SMTP_URL")
    feed_hours: str = _setting(
        "ALMANAC_FEED_HOURS", "1", "least hours between two requests for one member's feed; never below 1 at Letterboxd"
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
        unknown = self.rendered_kinds.difference(_RENDERABLE)
        if unknown:
            raise SettingsError(f"ALMANAC_RENDER: {', '.join(sorted(unknown))}: there are {', '.join(_RENDERABLE)}")
        self.delay_seconds  # noqa: B018 - the property raises on a bad number
        self.enrich_films  # noqa: B018
        self.feed_interval_hours  # noqa: B018
        self.halting_tiles  # noqa: B018
        self.requests_a_minute  # noqa: B018
        self.anonymous_requests_a_minute  # noqa: B018
        self.proxies  # noqa: B018
        self.authorization  # noqa: B018
        self.trusted_documents_path  # noqa: B018
        if self.feeds not in {"on", "off"}:
            raise SettingsError(f"ALMANAC_FEEDS: must be on or off, not {self.feeds!r}")
        self._check_signing_in()

    def _check_signing_in(self) -> None:
        if self.anonymous not in {"read", "none"}:
            raise SettingsError(f"ALMANAC_ANONYMOUS: must be read or none, not {self.anonymous!r}")
        public = urlsplit(self.public_url)
        origin = public.scheme in {"http", "https"} and public.hostname and not public.path.strip("/")
        if self.public_url and not origin:
            raise SettingsError(f"ALMANAC_PUBLIC_URL: must be an origin such as https://host, not {self.public_url!r}")
        if not self.smtp_url:
            return
        mail = urlsplit(self.smtp_url)
        if mail.scheme not in {"smtp", "smtps"} or not mail.hostname:
            raise SettingsError("SMTP_URL: must be smtp://host or smtps://host, with user:password@ if it wants them")
        if not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+", self.mail_from):
            raise SettingsError("ALMANAC_MAIL_FROM: must be the e-mail address that sign-in links come from")
        if not self.public_url:
            raise SettingsError("ALMANAC_PUBLIC_URL: must be set with SMTP_URL, because it goes into sign-in links")

    @property
    def rendered_kinds(self) -> frozenset[str]:
        """Kinds of pages that a browser may render."""
        return frozenset(kind.strip() for kind in self.render.split(",")) - {""}

    @property
    def chromium_path(self) -> str:
        """The browser that renders; raises SettingsError when there is none."""
        found = next(filter(None, map(shutil.which, [self.chromium] if self.chromium else _BROWSERS)), None)
        if found is None:
            sought = self.chromium or f"{' or '.join(_BROWSERS)} on PATH"
            raise SettingsError(f"ALMANAC_CHROMIUM: ALMANAC_RENDER needs a browser, and there is no {sought}")
        return found

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
    def halting_tiles(self) -> int:
        """How many known tiles in a row, at the end of a page, end a delta. One could be a re-rating."""
        return max(1, int(self._number("ALMANAC_HALT_AFTER", self.halt_after, int)))

    @property
    def requests_a_minute(self) -> int:
        """How often a key or a signed-in person may ask; 0 for as often as they like."""
        return int(self._number("ALMANAC_RATE_LIMIT", self.rate_limit, int))

    @property
    def anonymous_requests_a_minute(self) -> int:
        """How often an address may ask without a key; 0 for as often as it likes."""
        return int(self._number("ALMANAC_ANONYMOUS_RATE_LIMIT", self.anonymous_rate_limit, int))

    @property
    def proxies(self) -> list[str]:
        """Addresses and networks of proxies that say truly for whom they ask."""
        names = [name.strip() for name in self.trusted_proxies.split(",") if name.strip()]
        for name in names:
            try:
                ipaddress.ip_network(name)
            except ValueError:
                raise SettingsError(f"ALMANAC_TRUSTED_PROXIES: {name!r} is no address or network") from None
        return names

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
    def trusted_documents_path(self) -> Path | None:
        """The folder or file of trusted documents, None where any document may be sent."""
        if not self.trusted_documents:
            return None
        path = Path(self.trusted_documents).expanduser().resolve()
        if not path.is_dir() and not (path.is_file() and path.suffix == ".json"):
            raise SettingsError(
                f"ALMANAC_TRUSTED_DOCUMENTS: {path} is neither a folder of .graphql files nor a .json file"
            )
        return path

    @property
    def enrich_films(self) -> int:
        """How many film pages, and how many histograms, one sync may ask Letterboxd for."""
        return int(self._number("ALMANAC_ENRICH_BUDGET", self.enrich_budget, int))

    @property
    def feed_interval_hours(self) -> float:
        """Least hours between two requests for one member's feed."""
        host = (urlsplit(self.letterboxd_base_url).hostname or "").rstrip(".").lower()
        hours = float(self._number("ALMANAC_FEED_HOURS", self.feed_hours, float))
        return max(hours, 1.0) if host.endswith("letterboxd.com") else hours

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
    def erasures_path(self) -> Path:
        """The file that remembers whom to keep out, whatever becomes of the database."""
        return self.home_path / "erased-members.txt"

    @property
    def uploads_path(self) -> Path:
        """The folder where uploads wait for a worker."""
        return self.home_path / "uploads"

    @property
    def user_agent(self) -> str:
        """The honest name every outgoing request carries."""
        return f"CohortAlmanac/0.1 (+{self.contact or 'contact not configured'})"

    def __repr__(self) -> str:
        return f"Settings(letterboxd={self.letterboxd_base_url}, home={self.home})"
