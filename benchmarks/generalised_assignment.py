"""Generalised assignment instances of the hard published types, made by a seeded script.

    python benchmarks/generalised_assignment.py TYPE AGENTS JOBS FILE [--seed S]

Type d: resource use U(1, 100), cost 111 − use + U(−10, 10), so that what is cheap takes much (P. Chu, J.
Beasley, 1997). Type e: use 1 − 10 ln U(0, 1), cost 1000 / use − 10 U(0, 1) (M. Laguna et al., 1995; M.
Yagiura, T. Ibaraki, F. Glover, 2004). Capacity is 0.8 of all use divided by the agents, type by type.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]
TYPES = ("d", "e")


def draw(kind: str, agents: int, jobs: int, seed: int) -> tuple[Numbers, Numbers, Numbers]:
    """Cost and use (agents × jobs), and capacity by agent."""
    random = np.random.default_rng(seed)
    size = agents, jobs
    if kind == "d":
        use = random.integers(1, 101, size)
        cost = 111 - use + random.integers(-10, 11, size)
    else:
        # 1 − U is never 0.
        use = np.floor(1 - 10 * np.log(1 - random.random(size))).astype(np.int64)
        cost = np.floor(1000 / use - 10 * random.random(size)).astype(np.int64)
    return cost, use, np.floor(0.8 * use.sum(axis=1) / agents).astype(np.int64)


def write(path: Path, kind: str, agents: int, jobs: int, seed: int = 0) -> None:
    """A file as the published ones: `m n`, costs, resource uses, capacities."""
    cost, use, capacity = draw(kind, agents, jobs, seed)
    rows = [[agents, jobs], *cost.tolist(), *use.tolist(), capacity.tolist()]
    path.write_text("".join(" ".join(map(str, row)) + "\n" for row in rows))


def main() -> None:
    """Write one instance."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("kind", choices=TYPES)
    parser.add_argument("agents", type=int)
    parser.add_argument("jobs", type=int)
    parser.add_argument("file", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    write(chosen.file, chosen.kind, chosen.agents, chosen.jobs, chosen.seed)


if __name__ == "__main__":
    main()
