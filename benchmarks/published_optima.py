"""Instances with published optima: what `allocopt solve --gap 0` finds, and how long it takes.

    python benchmarks/published_optima.py [NAME …]

NAME picks instances whose name contains it, such as `gap12` or `p_median`. The cases are looked
for in `$ALLOCOPT_CASES`, else in `../shared/cases` beside the repository.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from published import optima
from support_cases import cases_folder

ROW = "{:<24}{:>9}{:>10}{:>9}  {}"


def main(names: list[str]) -> int:
    """Print a line per instance; the exit code says whether all optima were reached."""
    chosen = [
        instance
        for instance in optima.instances(cases_folder())
        if not names or any(name in instance.name for name in names)
    ]
    print(ROW.format("instance", "optimum", "ours", "seconds", "status"))
    reached = 0
    for instance in chosen:
        with tempfile.TemporaryDirectory() as folder:
            solved = optima.solve(instance, Path(folder))
        reached += solved.reached
        print(
            ROW.format(
                instance.name,
                instance.optimum,
                f"{solved.cost:g}",
                f"{solved.seconds:.2f}",
                solved.status if solved.reached else f"{solved.status} NOT REACHED",
            ),
            flush=True,
        )
    print(f"{reached} of {len(chosen)} optima reached")
    return 0 if reached == len(chosen) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
