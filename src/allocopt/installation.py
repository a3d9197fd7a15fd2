"""What is installed, what is missing, and how to get it."""

from __future__ import annotations

import locale
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources
from importlib.metadata import PackageNotFoundError, version

from allocopt.errors import AllocoptError
from allocopt.planning import plan_scenario
from allocopt.resources import resource_folder
from allocopt.scenario import load_scenario

LIBRARIES = (
    "click",
    "highspy",
    "jinja2",
    "numpy",
    "pandas",
    "pydantic",
    "pyomo",
    "python-calamine",
    "pyyaml",
    "rich",
    "scikit-learn",
    "scipy",
    "sqlalchemy",
    "threadpoolctl",
    "xlsxwriter",
)
# Extra, the package that it brings, what it is for.
EXTRAS = (
    ("parquet", "pyarrow", "reads .parquet tables"),
    ("office", "python-pptx", "writes Word files and slides"),
    ("pdf", "weasyprint", "prints documents to PDF where there is no browser"),
    ("pg", "psycopg", "reads tables from PostgreSQL"),
    ("duckdb", "duckdb", "adds up transactions in .parquet files"),
    ("lightgbm", "lightgbm", "trains the global model of a forecast in less time"),
    ("holidays", "holidays", "knows the public holidays that move sales"),
    ("cluster", "distributed", "solves the regions of a large plan on a dask cluster"),
    ("web", "uvicorn", "opens the review room"),
    ("oidc", "pyjwt", "lets people sign in to the review room at the company's provider"),
)


class State(StrEnum):
    """How a part of the installation is."""

    OK = "ok"
    MISSING = "missing"  # allocopt works without it
    FAULT = "fault"  # allocopt does not work before this is mended


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the installation: how it is, and what to do about it."""

    name: str
    state: State
    detail: str
    mend: str = ""


def inspect_installation() -> tuple[Part, ...]:
    """Look at everything; solves the smallest shipped scenario."""
    return (
        Part("Python", State.OK, f"{platform.python_version()} on {platform.platform()}"),
        *map(_library, LIBRARIES),
        *(_extra(*extra) for extra in EXTRAS),
        _solver(),
        _fonts(),
        *_encodings(),
    )


def _installed(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _library(package: str) -> Part:
    found = _installed(package)
    if found:
        return Part(package, State.OK, found)
    return Part(package, State.FAULT, "not installed", "python -m pip install allocopt")


def _extra(extra: str, package: str, purpose: str) -> Part:
    found = _installed(package)
    name = f"extra {extra}"
    if found:
        return Part(name, State.OK, f"{package} {found}: {purpose}")
    mend = f'python -m pip install "allocopt[{extra}]"'
    return Part(name, State.MISSING, f"{package}: {purpose}", mend)


def _solver() -> Part:
    """Load, forecast, solve and audit the scenario that is solved by hand in its README."""
    mend = "python -m pip install --force-reinstall highspy pyomo allocopt"
    try:
        with resources.as_file(resource_folder("scenarios") / "two_reps") as folder:
            summary = plan_scenario(load_scenario(folder)).summary
    except (AllocoptError, ImportError, OSError) as error:
        return Part("solver", State.FAULT, str(error), mend)
    if summary["status"] != "optimal":
        return Part("solver", State.FAULT, f"two_reps ended {summary['status']}", mend)
    return Part("solver", State.OK, f"HiGHS solves two_reps in {summary['seconds']:.1f} s")


def _fonts() -> Part:
    """Documents name the reader's own fonts; without one for Chinese a browser shows boxes."""
    name, tool = "Chinese font", shutil.which("fc-list")
    if tool is None:
        return Part(name, State.OK, "not looked for (no fc-list): the system brings its own")
    found = subprocess.run(  # noqa: S603 - fixed arguments
        [tool, ":lang=zh", "family"], capture_output=True, text=True, check=False, timeout=60
    ).stdout.splitlines()
    if found:
        return Part(name, State.OK, sorted(found)[0])
    mend = "apt install fonts-noto-cjk (or your system's Noto Sans CJK)"
    return Part(name, State.MISSING, "Chinese documents show boxes on this machine", mend)


def _encodings() -> Iterator[Part]:
    yield Part(
        "output encoding", State.OK, f"{sys.stdout.encoding} (locale {locale.getencoding()})"
    )
