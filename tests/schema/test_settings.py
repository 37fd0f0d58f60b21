"""The environment is checked at the door, and the error names the variable."""

import pytest

from schema.settings import Settings, SettingsError


def test_defaults_are_valid():
    settings = Settings.from_environment({})
    assert settings.letterboxd_base_url == "https://letterboxd.com"
    assert settings.delay_seconds == 1.0


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("DATABASE_URL", "mysql://localhost/x"),
        ("REDIS_URL", "http://localhost"),
        ("LETTERBOXD_BASE_URL", "letterboxd.com"),
        ("TMDB_BASE_URL", "ftp://host"),
        ("WIKIDATA_BASE_URL", "https://host/?q=1"),
        ("ALMANAC_CONTACT", "me)\nX-Header: 1"),
        ("ALMANAC_CRAWL_DELAY", "soon"),
        ("ALMANAC_CRAWL_DELAY", "-1"),
        ("ALMANAC_CRAWL_DELAY", "nan"),
        ("ALMANAC_ENRICH_BUDGET", "1.5"),
        ("ALMANAC_RENDER", "rated,film"),
        ("ALMANAC_AUTHORIZATION", "/nowhere/permission.toml"),
        ("ALMANAC_FEEDS", "sometimes"),
        ("ALMANAC_TRUSTED_DOCUMENTS", "/nowhere/queries"),
    ],
)
def test_a_wrong_value_is_refused_by_name(variable, value):
    with pytest.raises(SettingsError, match=variable):
        Settings.from_environment({variable: value})


def test_a_browser_is_found_or_asked_for_by_name(tmp_path, monkeypatch):
    browser = tmp_path / "chromium-browser"
    browser.write_text("")
    browser.chmod(0o755)
    settings = Settings.from_environment({"ALMANAC_RENDER": " rated, likes "})
    assert settings.rendered_kinds == {"rated", "likes"}
    monkeypatch.setenv("PATH", str(tmp_path))
    assert settings.chromium_path == str(browser)
    assert Settings.from_environment({"ALMANAC_CHROMIUM": str(browser)}).chromium_path == str(browser)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(SettingsError, match="ALMANAC_CHROMIUM"):
        settings.chromium_path  # noqa: B018


def test_a_blank_variable_counts_as_unset():
    assert Settings.from_environment({"TMDB_BASE_URL": "  "}).tmdb_base_url == "https://api.themoviedb.org"


def test_secrets_stay_out_of_the_repr():
    settings = Settings.from_environment({"TMDB_API_KEY": "hush", "DATABASE_URL": "postgresql://u:hush@h/d"})
    assert "hush" not in repr(settings)


def test_the_user_agent_names_us_and_the_contact():
    assert Settings.from_environment({"ALMANAC_CONTACT": "ops@example.org"}).user_agent == (
        "CohortAlmanac/0.1 (+ops@example.org)"
    )
