"""Counties in districts: the fewest cut edges that `allocopt solve --gap 0` proves, and how long it takes.

    python benchmarks/districting.py [STATE …] [--time-limit SECONDS]

The cases are looked for in `$ALLOCOPT_CASES`, else in `../shared/cases` beside the repository.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from published import districting
from support_cases import cases_folder

ROW = "{:<7}{:>9}{:>11}{:>9}{:>7}{:>8}{:>9}  {}"


def main() -> int:
    """Print a line per state; the exit code says whether all optima were proven."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("states", nargs="*", help="two letters each; by default all")
    parser.add_argument("--time-limit", type=float, default=600, help="of one state [s]")
    asked = parser.parse_args()
    states = [
        instance
        for instance in districting.instances(cases_folder())
        if not asked.states or instance.state in asked.states
    ]
    heads = ("state", "counties", "districts", "optimum", "ours", "gap", "seconds", "status")
    print(ROW.format(*heads))
    reached = sum(_solve(instance, asked.time_limit) for instance in states)
    print(f"{reached} of {len(states)} optima proven")
    return 0 if reached == len(states) else 1


def _solve(instance: districting.Instance, time_limit: float) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        solved = districting.solve(instance, Path(folder), time_limit)
    size = len(instance.population), instance.districts, instance.optimum
    found = f"{solved.cost:g}", f"{solved.gap:.1%}", f"{solved.seconds:.1f}", solved.status
    print(ROW.format(instance.state, *size, *found), flush=True)
    return solved.reached


if __name__ == "__main__":
    sys.exit(main())
