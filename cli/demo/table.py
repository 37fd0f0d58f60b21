"""What the demo shows: the cohort's top films as the API answers them, and the query to ask for them."""

import json
import sys
import urllib.request
from typing import Any

import click
from rich.console import Console
from rich.table import Table

_QUERY = """\
{
  cohort(id: "%d") {
    label
    memberCount
    films(first: 10) {
      edges {
        node {
          rank
          score
          average
          ratedCount
          likedCount
          histogram
          film { title releaseYear primaryDirector }
        }
      }
    }
  }
}"""
_BARS = "▁▂▃▄▅▆▇█"
_TIMEOUT_SECONDS = 30


def top_films(address: str, cohort_id: int) -> list[dict[str, Any]]:
    """The cohort's ten best films, asked of the API at `address` over HTTP."""
    request = urllib.request.Request(  # noqa: S310 - our own address
        f"{address}/graphql",
        json.dumps({"query": _QUERY % cohort_id}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS) as response:  # noqa: S310
        answer = json.load(response)
    if "errors" in answer:
        raise click.ClickException(f"the API answered: {answer['errors'][0]['message']}")
    return [edge["node"] for edge in answer["data"]["cohort"]["films"]["edges"]]


def print_table(films: list[dict[str, Any]], label: str) -> None:
    """The films, best first; the last column is their histogram, half a star to five."""
    table = Table(title=f"Top films of {label}", title_justify="left")
    for heading in ("#", "Film", "Year", "Score", "Average", "Rated", "Liked"):
        table.add_column(heading, justify="left" if heading == "Film" else "right")
    table.add_column("½ … 5", no_wrap=True)
    for film in films:
        table.add_row(
            str(film["rank"]),
            film["film"]["title"],
            str(film["film"]["releaseYear"] or ""),
            f"{film['score']:.3f}",
            f"{film['average']:.2f}",
            str(film["ratedCount"]),
            str(film["likedCount"]),
            _sparkline(film["histogram"]),
        )
    Console(file=sys.stdout, markup=False, highlight=False, width=None if sys.stdout.isatty() else 120).print(table)


def query(cohort_id: int) -> str:
    """The query behind the table, to be pasted into GraphiQL."""
    return _QUERY % cohort_id


def _sparkline(counts: list[int]) -> str:
    most = max(counts) or 1
    return "".join(_BARS[-(-count * (len(_BARS) - 1) // most)] for count in counts)
