"""The declared matrix: reads it, and writes it as the table in docs/faults.md (`python -m tests.faults.matrix`)."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from schema.settings import REPOSITORY

SPIDERS = (
    "rated",
    "likes",
    "profile",
    "following",
    "member_list",
    "film",
    "filmjson",
    "histogram",
    "wikidata",
    "tmdb_search",
    "tmdb",
)
DOCUMENT = REPOSITORY / "docs" / "faults.md"
_DECLARED = Path(__file__).with_name("matrix.toml")
_BEGIN, _END = "<!-- the table: written by python -m tests.faults.matrix -->\n", "<!-- end of the table -->\n"


@dataclass(frozen=True)
class Fault:
    """A plan for the backlot, and what each spider makes of it; `says` is part of what it reports."""

    name: str
    plan: list[dict]
    outcomes: dict[str, str]
    says: str

    def planned(self, path: str) -> list[dict]:
        """The plan for pages that `path` fits, unless it names others itself."""
        return [each if "path" in each or each["kind"] == "robots" else {**each, "path": path} for each in self.plan]


def declared() -> list[Fault]:
    """All faults of the matrix."""
    return [
        Fault(
            row["name"],
            row["plan"],
            {spider: row.get("but", {}).get(spider, row["outcome"]) for spider in SPIDERS},
            row.get("says", ""),
        )
        for row in tomllib.loads(_DECLARED.read_text())["fault"]
    ]


def document(text: str) -> str:
    """`text`, that of docs/faults.md, with the table as it should be."""
    before, _, rest = text.partition(_BEGIN)
    return before + _BEGIN + _table() + _END + rest.partition(_END)[2]


def _table() -> str:
    rows = [["fault", *SPIDERS], ["---"] * (len(SPIDERS) + 1)]
    rows += [[fault.name, *(fault.outcomes[spider] for spider in SPIDERS)] for fault in declared()]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


if __name__ == "__main__":
    DOCUMENT.write_text(document(DOCUMENT.read_text()))
