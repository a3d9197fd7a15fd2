"""The loop through 2013 Q1 and Q2 beside the managers' quotas, AdventureWorks resellers.

    python benchmarks/replay.py [--set KEY=VALUE …]

History ends with 2012; then 2013-q1.csv comes, then 2013-q2.csv. The managers' quotas of the two quarters
are no part of what is solved: the replay hides them. The case is looked for in `$ALLOCOPT_CASES`, else in
`../shared/cases` beside the repository.
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
    """Replay the case and print what the command tells."""
    case = cases_folder() / "adventureworks"
    with tempfile.TemporaryDirectory() as name:
        scenario = managers.write_scenario(Path(name) / "scenario", case)
        quotas = f"tables.quota_history={(case / 'quota_history.csv').as_posix()}"
        begin = time.process_time()
        run = allocopt(
            *("replay", scenario, "--actuals", case / "actuals" / "*.csv"),
            *("--set", quotas, *settings),
        )
        seconds = time.process_time() - begin
    print(run.stdout, run.stderr, sep="\n")
    if run.exit_code in (0, 4):
        print(f"replayed in {seconds:.1f} s of processor time")
        return 0
    return run.exit_code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
