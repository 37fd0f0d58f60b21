"""Generated GraphQL operations against the application in process: refused or answered, but never at a loss.

Nine in ten are made here, out of the schema alone, because only these have variables, fragments, aliases, ids that
exist, and values that are worse than wrong; one in ten is made by hypothesis-graphql to break one rule of the schema,
and must be refused.
"""

import asyncio
import random
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from graphql import build_schema
from sqlalchemy import Engine

from api.graph import sdl
from bench.fuzz_api.asking import Asker
from bench.fuzz_api.broken import broken
from bench.fuzz_api.operations import Maker
from bench.fuzz_api.tenants import Tenants
from bench.fuzz_api.verdict import Judge
from schema.settings import Settings

_SHOWN = 40
_BROKEN_SHARE = 0.1

# Told which step is how far, of how much.
Update = Callable[[str, int, int], None]


def run(
    engine: Engine, *, redis_url: str, count: int, seed: int, update: Update = lambda step, done, of: None
) -> dict[str, Any]:
    """Asks so many operations of an empty database that this fills first; `violations` shows what went wrong."""
    with tempfile.TemporaryDirectory(prefix="almanac-fuzz-") as home:
        database_url = engine.url.render_as_string(hide_password=False)
        settings = Settings(
            home=home, database_url=database_url, redis_url=redis_url, rate_limit="0", anonymous_rate_limit="0"
        )
        return asyncio.run(_run(engine, settings, count, seed, update))


async def _run(engine: Engine, settings: Settings, count: int, seed: int, update: Update) -> dict[str, Any]:
    chance = random.Random(seed)
    schema, tenants = build_schema(sdl()), Tenants(engine)
    maker, judge = Maker(schema, tenants.known, chance), Judge(schema)
    rejected = iter(broken(schema, round(count * _BROKEN_SHARE), seed))
    outcomes: Counter[str] = Counter()
    violations, took = [], []
    async with Asker.over(settings, chance) as asker:
        for number in range(count):
            operation = next(rejected, None) if chance.random() < _BROKEN_SHARE else None
            operation = operation or maker.make()
            role = chance.choice(tenants.roles)
            began = time.perf_counter()
            answer = await asker.ask(operation, role)
            took.append(time.perf_counter() - began)
            outcomes[answer.outcome] += 1
            violations += [
                _shown(number, what, operation, role, answer) for what in judge.wrong(operation, role, answer)
            ]
            tenants.learn(role, answer)
            if operation.kind == "mutation":
                tenants.restore()
            update("operations", number + 1, count)
    took.sort()
    return {
        "seed": seed,
        "operations": count,
        "outcomes": dict(sorted(outcomes.items())),
        "fields_answered": judge.coverage,
        "p50_ms": round(statistics.median(took) * 1000, 1),
        "slowest_ms": round(took[-1] * 1000, 1),
        "num_violations": len(violations),
        "violations": violations[:_SHOWN],
        "ok": not violations,
    }


def _shown(number: int, what: str, operation: Any, role: Any, answer: Any) -> str:
    """All that it takes to ask again."""
    asked = f"{operation.document[:3000]}\nvariables: {repr(operation.variables)[:2000]}"
    shown = (
        f"{number}: {what}\nas {role.name} by {answer.way}\n{asked}\n{answer.status} {answer.text[:1500]}\n{answer.log}"
    )
    return shown.encode(errors="backslashreplace").decode()  # documents may hold what no terminal takes
