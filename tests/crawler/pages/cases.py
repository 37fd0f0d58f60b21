"""Finds the cases under fixtures/pages: a page with its record beside it, or a page that must be refused."""

from pathlib import Path

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures" / "pages"

READ = sorted(path.with_name(path.name.removesuffix(".expected.json")) for path in FIXTURES.glob("*/*.expected.json"))
REFUSED = sorted(path for path in FIXTURES.glob("*/refused/*") if path.is_file())


def kind_of(path: Path) -> str:
    """The kind of page that a case is of."""
    return path.relative_to(FIXTURES).parts[0]


def name_of(path: Path) -> str:
    """The case as pytest shows it: its place under fixtures/pages."""
    return str(path.relative_to(FIXTURES))


def page(name: str) -> bytes:
    """The bytes of a case."""
    return (FIXTURES / name).read_bytes()
