"""Imports run downwards only, each big library is in one place, and no room grows too large."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

SOURCE = Path(__file__).parents[1] / "src" / "allocopt"

# From the bottom up. Rooms of one group may use each other; groups of one level may not.
LEVELS: tuple[tuple[frozenset[str], ...], ...] = (
    (frozenset({"errors"}), frozenset({"lazy"})),
    (
        frozenset(
            {
                *("borders", "calendar", "config", "files", "notes", "resources", "tables"),
                *("territory_tree", "yaml_source"),
            }
        ),
    ),
    (
        frozenset(
            {
                "checks",
                "decided",
                "horizon",
                "inputs",
                "longer_plan",
                "locks",
                "overrides",
                "row_changes",
                "table_changes",
                "plan",
                "problem",
                "response",
                "scenario",
                "scenario_folder",
            }
        ),
    ),
    (frozenset({"forecasting"}), frozenset({"model", "solver"}), frozenset({"audit"})),
    (frozenset({"decomposition"}),),
    (frozenset({"comparison", "planning", "results", "stages"}),),
    (frozenset({"contingency", "explanation", "whatif"}),),
    (
        frozenset({"documents"}),
        frozenset({"exchange"}),
        frozenset({"installation"}),
        frozenset({"replanning", "rolling"}),
        frozenset({"parts"}),
        frozenset({"starter"}),
        frozenset({"store"}),
    ),
    (frozenset({"review"}),),
    (frozenset({"cli"}),),
)

# Where a library may be named; a module or a package.
LIBRARIES = {
    "click": ("cli",),
    "docx": ("documents.office",),
    "docxtpl": ("documents.office",),
    "highspy": ("solver",),
    "jinja2": ("documents", "review.drawing"),
    "jwt": ("review.access",),
    "lxml": ("documents.office",),
    "pptx": ("documents.office",),
    "pyomo": ("model", "solver.compiled"),
    "python_calamine": ("tables",),
    "rich": ("cli",),
    "sklearn": ("forecasting",),
    "sqlalchemy": ("tables", "store"),
    "starlette": ("review",),
    "uvicorn": ("review.server",),
    "weasyprint": ("documents",),
}

# Distributions that are not called as what they bring.
DISTRIBUTIONS = {
    "docx": "python-docx",
    "jwt": "pyjwt",
    "pptx": "python-pptx",
    "pydantic_core": "pydantic",
    "python_calamine": "python-calamine",
    "sklearn": "scikit-learn",
    "yaml": "pyyaml",
}

# What a package assigns: its names, and how it imports them when they are asked for.
HANDING = ("__all__", "__getattr__", "_MODULES")

FUNCTION_LINES = 60
MODULE_LINES = 450
FORBIDDEN_CALLS = {"eval", "exec", "yaml.load", "joblib.load", "pickle.load", "pickle.loads"}


def modules() -> Iterator[tuple[str, ast.Module, str]]:
    """Dotted name below allocopt ("" for the package itself), tree and text of each module."""
    for path in sorted(SOURCE.rglob("*.py")):
        parts = path.relative_to(SOURCE).with_suffix("").parts
        name = ".".join(part for part in parts if part != "__init__")
        text = path.read_text(encoding="utf-8")
        yield name, ast.parse(text), text


def imported(tree: ast.AST) -> Iterator[str]:
    """Full dotted names that a module imports, inside functions and for types too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def place(room: str) -> tuple[int, frozenset[str]]:
    """Level and group of a room."""
    for level, groups in enumerate(LEVELS):
        for group in groups:
            if room in group:
                return level, group
    raise AssertionError(f"{room}: a new room needs a place in LEVELS")


def may_use(importer: str, room: str) -> bool:
    level, group = place(importer)
    below, its_group = place(room)
    return below < level or its_group == group


def test_levels_tell_up_from_down_and_side() -> None:
    assert may_use("cli", "errors")
    assert may_use("model", "solver")
    assert not may_use("errors", "cli")
    assert not may_use("audit", "model")
    assert not may_use("problem", "forecasting")


def test_imports_run_downwards_only() -> None:
    upwards = [
        f"{name} imports {target}"
        for name, tree, _ in modules()
        if name not in ("", "__main__")
        for target in imported(tree)
        if target.startswith("allocopt.") and target != "allocopt.__version__"
        if not may_use(name.split(".")[0], target.split(".")[1])
    ]
    assert not upwards


def test_each_library_is_visible_in_one_place() -> None:
    strays = [
        f"{name} imports {target}"
        for name, tree, _ in modules()
        for target in imported(tree)
        for owners in [LIBRARIES.get(target.split(".")[0])]
        if owners is not None
        and not any(name == owner or name.startswith(f"{owner}.") for owner in owners)
    ]
    assert not strays


def test_every_library_is_a_declared_dependency() -> None:
    project = tomllib.loads((SOURCE.parents[1] / "pyproject.toml").read_text(encoding="utf-8"))
    declared = {
        re.split(r"[<>=\[]", line)[0]
        for lines in (
            project["project"]["dependencies"],
            *project["project"]["optional-dependencies"].values(),
        )
        for line in lines
    }
    used = {target.split(".")[0] for _, tree, _ in modules() for target in imported(tree)}
    others = used - set(sys.stdlib_module_names)
    assert {DISTRIBUTIONS.get(name, name) for name in others} <= declared


def test_package_init_only_hands_names_on() -> None:
    busy = []
    for path in SOURCE.rglob("__init__.py"):
        if path.parent == SOURCE:  # the lazy verbs; test_startup guards them
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in tree.body:
            for_types = isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
            handed = isinstance(node, ast.Import | ast.ImportFrom)
            docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            names = isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in HANDING
            if not (for_types or handed or docstring or names):
                busy.append(f"{path.relative_to(SOURCE)}:{node.lineno}")
    assert not busy


def test_functions_and_modules_stay_readable() -> None:
    large = []
    for name, tree, text in modules():
        if text.count("\n") > MODULE_LINES:
            large.append(f"{name}: {text.count(chr(10))} lines")
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > FUNCTION_LINES:
                    large.append(f"{name}.{node.name}: {lines} lines")
    assert not large


def test_nothing_loads_code_from_data() -> None:
    calls = [
        f"{name}:{node.lineno} {ast.unparse(node.func)}"
        for name, tree, _ in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in FORBIDDEN_CALLS
    ]
    pickles = [name for name, tree, _ in modules() if "pickle" in set(imported(tree))]
    assert not calls + pickles
