"""Our quotas of 2013 Q1 and Q2 beside the managers' own and the actual sales, AdventureWorks resellers.

    python benchmarks/adventureworks.py [--set KEY=VALUE …]

The case is looked for in `$ALLOCOPT_CASES`, else in `../shared/cases` beside the repository.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from published import managers
from support_cases import cases_folder
from support_command import allocopt


def main(settings: list[str]) -> int:
    """Solve the case and print the comparison."""
    case = cases_folder() / "adventureworks"
    with tempfile.TemporaryDirectory() as name:
        scenario = managers.write_scenario(Path(name) / "scenario", case)
        plan = Path(name) / "plan"
        begin = time.perf_counter()
        run = allocopt("solve", scenario, "--out", plan, "--json", *settings)
        seconds = time.perf_counter() - begin
        if run.exit_code not in (0, 4):
            print(run.stdout, run.stderr)
            return run.exit_code
        print(managers.report(managers.compare(plan, case)))
        print(
            f"solved in {seconds:.1f} s, status {run.json()['status']}, gap {run.json()['gap']:.2%}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
