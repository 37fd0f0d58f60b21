"""A permission is read from a file that says all of it, and grants the paths it names and no other."""

import json

import pytest

from schema.settings import Settings, SettingsError

WHOLE = {
    "granted_by": "Letterboxd Limited",
    "granted_on": "2026-01-31",
    "paths": ["/*/films/", "/film/", "/ada/$"],
    "contact": "api@example.org",
}


def configured(path):
    return Settings.from_environment({"ALMANAC_AUTHORIZATION": str(path)})


@pytest.fixture
def written(tmp_path):
    def write(**changes):
        path = tmp_path / "permission.json"
        path.write_text(json.dumps({k: v for k, v in {**WHOLE, **changes}.items() if v is not None}))
        return path

    return write


def test_toml_and_json_say_the_same(written, tmp_path):
    toml = tmp_path / "permission.toml"
    toml.write_text(
        'granted_by = "Letterboxd Limited"\ngranted_on = 2026-01-31\n'
        'paths = ["/*/films/", "/film/", "/ada/$"]\ncontact = "api@example.org"\n'
    )
    assert configured(toml).authorization == configured(written()).authorization
    assert configured(toml).authorization.as_json() == WHOLE


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"granted_by": None}, "granted_by"),
        ({"granted_by": " "}, "granted_by"),
        ({"contact": 7}, "contact"),
        ({"granted_on": "31 January"}, "granted_on"),
        ({"granted_on": "2999-01-01"}, "granted_on"),
        ({"paths": []}, "paths"),
        ({"paths": ["film/"]}, "paths"),
        ({"paths": "/film/"}, "paths"),
        ({"grantedby": "x"}, "grantedby"),
    ],
)
def test_a_gap_is_named_at_the_start(written, changes, named):
    with pytest.raises(SettingsError, match=f"ALMANAC_AUTHORIZATION: .*{named}"):
        configured(written(**changes))


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(SettingsError, match="ALMANAC_AUTHORIZATION: .*missing.toml: No such file"):
        configured(tmp_path / "missing.toml")
    broken = tmp_path / "broken.toml"
    broken.write_text("granted_by =")
    with pytest.raises(SettingsError, match=r"broken.toml: cannot be read as TOML"):
        configured(broken)


@pytest.mark.parametrize(
    ("path", "granted"),
    [
        ("/ada/films/rated/.5-5/page/2/", True),
        ("/film/cure/", True),
        ("/ada/", True),
        ("/bea/", False),
        ("/ada/likes/films/", False),
        ("/ada/likes/films/", False),
        ("/films/", False),
        ("/film", False),
        ("/film/../ada/likes/", False),
        ("/film/%2e%2E/ada/likes/", False),
        ("/film/%2Fada", False),
        ("//films/", False),
        ("/a/b/films/", False),
    ],
)
def test_only_the_paths_granted(written, path, granted):
    assert configured(written()).authorization.grants(path) is granted
