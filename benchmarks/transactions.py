"""How fast transactions are added up, and in how much memory.

    python benchmarks/transactions.py [--rows 5000000] [--ways csv duckdb pyarrow]

A seeded script writes the rows of three years (3,000 units in 40 territories and 4 segments, 5 products)
as CSV and as Parquet into a temporary folder; then each way reads its file in a process of its own. Rows
per second are of processor time; memory is the most that the process held, what it needs to start included.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from allocopt.tables import TableSource
from allocopt.tables.transactions import parquet, read_transactions
from allocopt.tables.transactions.files import optional

ROWS, CHUNK = 5_000_000, 1_000_000
SEED = 20260105
DAYS, UNITS, TERRITORIES, SEGMENTS, PRODUCTS = 1095, 3000, 40, 4, 5
FILES = {"csv": "history.csv", "duckdb": "history.parquet", "pyarrow": "history.parquet"}


def main() -> None:
    """Print one line per way."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--ways", nargs="+", choices=list(FILES), default=list(FILES))
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.folder:
        print(json.dumps(read(given.ways[0], given.folder)))
        return
    with tempfile.TemporaryDirectory() as folder:
        write(given.rows, Path(folder), given.ways)
        print(f"{given.rows:,} rows")
        print(
            f"{'way':<10}{'file [MB]':>10}{'CPU [s]':>10}{'rows/s':>14}{'peak [MB]':>11}{'sums':>12}"
        )
        for way in given.ways:
            print_way(way, given.rows, Path(folder))


def print_way(way: str, rows: int, folder: Path) -> None:
    """Read in a fresh process and print what it took."""
    if way != "csv" and importlib.util.find_spec(way) is None:
        print(f"{way:<10} is not installed")
        return
    command = [sys.executable, __file__, "--ways", way, "--folder", str(folder)]
    found = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    size = (folder / FILES[way]).stat().st_size / 1e6
    figures = f"{found['seconds']:>10.1f}{rows / found['seconds']:>14,.0f}{found['peak']:>11,.0f}"
    print(f"{way:<10}{size:>10,.0f}{figures}{found['cells']:>12,}")


def read(way: str, folder: Path) -> dict[str, float]:
    """Seconds of processor time, peak memory [MB] and sums of one way."""
    if way == "pyarrow":
        parquet.optional = lambda name: None if name == "duckdb" else optional(name)
    start = time.process_time()
    table = read_transactions("history", TableSource(path=FILES[way]), folder)
    seconds = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    return {"seconds": seconds, "peak": peak, "cells": len(table.cells) - 1}


def write(rows: int, folder: Path, ways: list[str]) -> None:
    """The same seeded rows as CSV and as Parquet, whichever are wanted."""
    if "csv" in ways:
        for number, chunk in enumerate(transactions(rows)):
            mode, header = ("a", False) if number else ("w", True)
            chunk.to_csv(folder / "history.csv", mode=mode, header=header, index=False)
    arrow, writer = optional("pyarrow"), None
    if set(ways) > {"csv"} or "csv" not in ways:
        for chunk in transactions(rows):
            table = arrow.Table.from_pandas(chunk, preserve_index=False)
            writer = writer or optional("pyarrow.parquet").ParquetWriter(
                folder / "history.parquet", table.schema
            )
            writer.write_table(table)
        writer.close()


def transactions(rows: int) -> Iterator[pd.DataFrame]:
    """Seeded orders in chunks."""
    rng = np.random.default_rng(SEED)
    days = pd.date_range("2023-01-01", periods=DAYS).strftime("%Y-%m-%d").to_numpy(dtype=object)
    for first in range(0, rows, CHUNK):
        count = min(CHUNK, rows - first)
        unit = rng.integers(0, UNITS, count)
        yield pd.DataFrame(
            {
                "order no": np.arange(first, first + count),
                "date": days[rng.integers(0, DAYS, count)],
                "territory": names("territory", TERRITORIES)[unit % TERRITORIES],
                "segment": names("segment", SEGMENTS)[unit % SEGMENTS],
                "unit": names("unit", UNITS)[unit],
                "product": names("product", PRODUCTS)[rng.integers(0, PRODUCTS, count)],
                "sales": np.round(rng.lognormal(7, 1.2, count), 2),
                "units_sold": rng.integers(1, 200, count),
            }
        )


def names(kind: str, count: int) -> np.ndarray:
    """`kind 0`, `kind 1`, …"""
    return np.array([f"{kind} {number}" for number in range(count)], dtype=object)


if __name__ == "__main__":
    main()
