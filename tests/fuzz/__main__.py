"""`make fuzz`: schemathesis with cases that nobody has seen, as each caller in turn, until there were enough.

    python -m tests.fuzz --cases 20000 --seed 7

Each round has its own help desk and its own seed, which begins with the one that is given. What is found is printed and
written to `fuzz-found/`; the exit code is 1 then.
"""

import argparse
import sys
from itertools import count, cycle
from pathlib import Path
from random import SystemRandom
from tempfile import TemporaryDirectory

from tests.fuzz.attack import CALLERS, Outcome, target

FOUND = Path("fuzz-found")


def main() -> int:
    asked = _asked()
    print(f"seed {asked.seed}", flush=True)
    cases, found = 0, 0
    for seed, caller in zip(count(asked.seed), cycle(CALLERS), strict=False):
        outcome = _round(seed, caller, asked.examples)
        cases += outcome.cases
        found += outcome.failures
        print(f"seed {seed}, {caller}: {outcome.cases} cases, {outcome.failures} findings; {cases} in all", flush=True)
        if outcome.has_found:
            _keep(outcome, seed, caller)
        if cases >= asked.cases or outcome.cases == 0:
            break
    print(f"{cases} cases, {found} findings")
    return int(found > 0)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--cases", type=int, default=20_000, help="how many requests at least")
    parser.add_argument("--seed", type=int, default=SystemRandom().randrange(2**31), help="where to begin")
    parser.add_argument("--examples", type=int, default=5, help="how many requests of each operation in a round")
    return parser.parse_args()


def _round(seed: int, caller: str, examples: int) -> Outcome:
    """As one caller: every operation, then operations one after another."""
    with TemporaryDirectory(prefix="osticket-api-fuzz-") as place, target(Path(place)) as desk:
        options = ["--phases", "fuzzing,stateful", "--max-examples", str(examples), "--seed", str(seed)]
        return desk.attack(Path(place) / "report.json", *options, caller=caller)


def _keep(outcome: Outcome, seed: int, caller: str) -> None:
    FOUND.mkdir(exist_ok=True)
    place = FOUND / f"{seed} {caller}.txt"
    place.write_text(outcome.report)
    print(f"{outcome.report}\nkept in {place}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
