"""How long 200,000 rows of history take to read and to check.

    python benchmarks/check_history.py [rows]

Each line is a way the same table may be written. Times are seconds of processor time, which a busy machine
spoils less, median of five runs. Interpreting and checking comes on top of reading the cells.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from allocopt.tables import RawTable, Reading, TableSource, assemble, interpret, read_source

ROWS = 200_000
RUNS = 5
SEED = 20260105


def history(rows: int) -> pd.DataFrame:
    """Seeded orders of three years: 40 territories, 4 segments, 3,000 units, 60 reps, 25 products."""
    rng = np.random.default_rng(SEED)
    days = pd.Timestamp("2023-01-01") + pd.to_timedelta(rng.integers(0, 1095, rows), unit="D")
    names = {"territory": 40, "segment": 4, "unit": 3000, "rep": 60, "product": 25}
    frame = pd.DataFrame({"date": days.strftime("%Y-%m-%d")})
    for name, count in names.items():
        frame[name] = np.char.add(f"{name} ", rng.integers(0, count, rows).astype(str))
    frame["sales"] = np.round(rng.lognormal(7, 1.2, rows), 2).astype(str)
    frame["units_sold"] = rng.integers(1, 200, rows).astype(str)
    frame["cost"] = np.round(rng.lognormal(6.5, 1.2, rows), 2).astype(str)
    return frame


def formatted(frame: pd.DataFrame) -> pd.DataFrame:
    """Every amount as `￥1,234.50`."""
    return frame.assign(sales=[f"￥{float(text):,.2f}" for text in frame["sales"]])


def with_bad_cells(frame: pd.DataFrame) -> pd.DataFrame:
    """One row in a hundred with a cell that cannot be read."""
    bad = frame.copy()
    rng = np.random.default_rng(SEED)
    for column, text in {"sales": "12,5", "date": "13/05/2024", "territory": ""}.items():
        bad.loc[rng.choice(len(bad), len(bad) // 100, replace=False), column] = text
    return bad


def all_bad(frame: pd.DataFrame) -> pd.DataFrame:
    """No amount can be read."""
    return frame.assign(sales=["about " + text for text in frame["sales"]])


def with_times(frame: pd.DataFrame) -> pd.DataFrame:
    """Every order has its second."""
    seconds = np.random.default_rng(SEED).integers(0, 86_400, len(frame))
    stamps = pd.to_datetime(frame["date"]) + pd.to_timedelta(seconds, unit="s")
    return frame.assign(date=stamps.dt.strftime("%Y-%m-%d %H:%M:%S"))


def tree_of(frame: pd.DataFrame) -> RawTable:
    """A territories table that knows all territories but one."""
    names = ["territory", *sorted(set(frame["territory"]) - {""})[1:]]
    cells = pd.DataFrame({0: names}, dtype=object)
    return RawTable("territories", "territories.csv", cells, np.arange(1, len(names) + 1), "")


def check(*raws: RawTable) -> Reading:
    """What is measured: from cells to canonical frames and findings."""
    return assemble([interpret(raw) for raw in raws])


def seconds(work: Callable[[], object]) -> float:
    """Median processor time."""
    times = []
    for _ in range(RUNS):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return statistics.median(times)


def peak(work: Callable[[], object]) -> float:
    """Most memory that Python and numpy held on the way [MB]."""
    tracemalloc.start()
    work()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most / 1e6


def main() -> None:
    """Print the table."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    plain = history(rows)
    print(f"{rows:,} rows, {plain.shape[1]} columns, median of {RUNS}")
    print(f"{'cells':<16}{'read [s]':>10}{'check [s]':>11}{'peak [MB]':>11}{'findings':>10}")
    ways = (lambda frame: frame, formatted, with_times, with_bad_cells, all_bad)
    for name, way in zip(
        ("plain", "formatted", "with times", "1% bad", "all bad"), ways, strict=True
    ):
        frame = way(plain)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "history.csv"
            frame.to_csv(path, index=False)
            source = TableSource(path=path.name)
            read = partial(read_source, "history", source, Path(folder))
            reading, raw = seconds(read), read()
        tree = tree_of(frame)
        work = partial(check, raw, tree)
        checking, findings = seconds(work), len(work().findings)
        print(f"{name:<16}{reading:>10.2f}{checking:>11.2f}{peak(work):>11.0f}{findings:>10}")


if __name__ == "__main__":
    main()
