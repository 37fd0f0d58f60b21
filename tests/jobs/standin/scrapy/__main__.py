"""`python -m scrapy crawl NAME -a …`, without an upstream: members' names decide what becomes of them.

`ghost…` does not exist, `drift…` cannot be read, `refuse…` is refused, `pause…` has its host paused the first time,
`late…` reports a pause that is over; `crash…` kills the spider, `mute…` ends it
without a report, `deaf…` never ends it; anyone else is read.
Each member takes STANDIN_SECONDS. STANDIN_LOG gets a line when a crawl begins and one when it ends.
"""

import json
import os
import signal
import sys
import time
from pathlib import Path

import psycopg

FOLLOWS = {"ada": ["bea", "cid", "dot"]}


def main() -> None:
    spider = sys.argv[2]
    given = dict(pair.split("=", 1) for flag, pair in zip(sys.argv, sys.argv[1:], strict=False) if flag == "-a")
    note("begin", spider, given)
    report = {"spider": spider, "reason": "finished", "requests": 0, "items": 0, "bytes": 0}
    report |= {"errors": [], "refused": None, "paused": None}
    stop: list[int] = []
    signal.signal(signal.SIGTERM, lambda signum, frame: stop.append(signum))
    for name in given.get("usernames", "").split(","):
        if stop or os.getppid() == 1:
            report["reason"] = "shutdown"
            break
        time.sleep(float(os.environ.get("STANDIN_SECONDS", "0")))
        kind = given.get("direction", spider)
        if name.startswith("crash"):
            os.kill(os.getpid(), signal.SIGKILL)
        if name.startswith("deaf"):
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            time.sleep(60)
        if name.startswith("mute"):
            sys.exit("out of words")
        report["requests"] += 1
        if name.startswith("ghost"):
            report["errors"].append(f"{kind} of {name}: missing page at /{name}/: 404")
        elif name.startswith("drift"):
            report["errors"].append(f"{kind} of {name}: markup drift at /{name}/")
        elif name.startswith("refuse"):
            report |= {"reason": "refused: go away", "refused": "go away"}
            break
        elif name.startswith(("pause", "late")) and pause(name, resumed=name.startswith("late")):
            report |= {"reason": "paused: upstream.test: a challenge", "paused": "upstream.test: a challenge"}
            break
        elif name:
            read(kind, name, int(given["run"]))
            report["items"] += 1
    target = Path(os.environ["ALMANAC_CRAWL_REPORT"])
    target.with_suffix(".part").write_text(json.dumps(report))
    target.with_suffix(".part").rename(target)
    note("end", spider, given)


def note(what: str, spider: str, given: dict[str, str]) -> None:
    with Path(os.environ["STANDIN_LOG"]).open("a") as log:
        log.write(json.dumps([time.time(), what, os.getpid(), spider, given]) + "\n")


def pause(name: str, *, resumed: bool) -> bool:
    """Pauses the host, unless it has been before; `resumed` leaves behind that somebody has lifted the pause."""
    with psycopg.connect(os.environ["DATABASE_URL"].replace("+psycopg", "")) as connection:
        return (
            connection.execute(
                "INSERT INTO hosts (host, paused_at, reason, paused_by)"
                " VALUES ('upstream.test', CASE WHEN %s THEN NULL ELSE now() END, 'a challenge', 'run 1')"
                " ON CONFLICT DO NOTHING",
                [resumed],
            ).rowcount
            > 0
        )


def read(kind: str, name: str, run_id: int) -> None:
    """Leaves behind what a spider does: a listing that this run has completed, and for relations the people."""
    with psycopg.connect(os.environ["DATABASE_URL"].replace("+psycopg", "")) as connection:
        me, *others = (
            connection.execute(
                "INSERT INTO members (username) VALUES (%s) ON CONFLICT (username)"
                " DO UPDATE SET username = excluded.username RETURNING id",
                [each],
            ).fetchone()[0]
            for each in [name, *(FOLLOWS.get(name, []) if kind == "following" else [])]
        )
        for other in others:
            connection.execute("INSERT INTO follows VALUES (%s, %s) ON CONFLICT DO NOTHING", [me, other])
        connection.execute(
            "INSERT INTO listings (member_id, kind, run_id, observed_at) VALUES (%s, %s, %s, now())"
            " ON CONFLICT (member_id, kind) DO UPDATE SET run_id = excluded.run_id",
            [me, kind, run_id],
        )


main()
