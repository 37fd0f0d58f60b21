"""A process that uses the embedded servers until its stdin closes: `python -m tests.cli.services.holder HOME`."""

import json
import sys
from pathlib import Path

from cli import services, signals

if __name__ == "__main__":
    signals.install()
    try:
        with services.running(home=Path(sys.argv[1]), durable="--durable" in sys.argv) as environment:
            print(json.dumps(environment), flush=True)
            sys.stdin.read()
    except KeyboardInterrupt as interrupt:
        sys.exit(signals.exit_code(interrupt))
