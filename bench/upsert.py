"""How fast reactions are written: new ones, unchanged ones, and a tenth of them changed."""

import random
import time
from datetime import UTC, datetime

from sqlalchemy import Engine, text

from schema.store import films, members, reactions
from schema.store.reactions import Reaction

LIMIT = 100_000  # rows a second, new


def run(engine: Engine, *, rows: int = 100_000, rounds: int = 5) -> dict:
    """Medians over `rounds`, in rows a second, and how many rows the unchanged pass wrote (must be 0)."""
    draw = random.Random(7)
    people, catalogue = 50, rows // 25
    with engine.begin() as connection:
        ids = list(members.upsert(connection, {f"bench{n}": None for n in range(people)}).values())
        found = films.resolve(
            connection, [films.Identity(f"bench-{n}", 10**8 + n, f"Bench {n}", 2000) for n in range(catalogue)]
        )
    batch = [
        Reaction(member, film, draw.randint(1, 10), draw.random() < 0.3)
        for member in ids
        for film in draw.sample(found, rows // people)
    ]
    changed = [
        Reaction(r.member_id, r.film_id, 11 - r.rating, r.liked) if n % 10 == 0 else r for n, r in enumerate(batch)
    ]
    speeds: dict[str, list[float]] = {"new": [], "unchanged": [], "a tenth changed": []}
    written = 0
    for _ in range(rounds):
        with engine.begin() as connection:
            connection.execute(text("DELETE FROM ratings WHERE member_id = ANY(:ids)"), {"ids": ids})
        for label, reactions_in in (("new", batch), ("unchanged", batch), ("a tenth changed", changed)):
            began = time.perf_counter()
            with engine.begin() as connection:
                count = reactions.upsert(
                    connection,
                    reactions_in,
                    ("rating", "liked"),
                    source="crawl",
                    observed_at=datetime.now(UTC),
                    record=label != "new",
                )
            speeds[label].append(len(reactions_in) / (time.perf_counter() - began))
            written += count if label == "unchanged" else 0
    middle = {label: round(sorted(values)[len(values) // 2]) for label, values in speeds.items()}
    return {
        "rows": rows,
        "rows_per_second": middle,
        "written_when_unchanged": written,
        "limit_new_rows_per_second": LIMIT,
        "ok": middle["new"] >= LIMIT and written == 0,
    }
