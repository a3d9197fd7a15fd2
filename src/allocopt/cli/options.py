"""Arguments and options that several commands share."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from allocopt.scenario import Scenario

Command = TypeVar("Command", bound=Callable[..., Any])
LANGUAGES = ("zh-CN", "en")
STORE_VARIABLE = "ALLOCOPT_STORE"
USUAL_STORE = Path("plans", "store.sqlite")
# What the variable says where plans are kept in folders alone.
NO_STORE = "off"


class PlanFolder(click.ParamType[Path]):
    """A folder that holds a plan; or, where it may be a `stored` one, the id of a version.

    A version is looked up in the store where there is one, and written to plans/versions.
    """

    name = "plan"

    def __init__(self, *, stored: bool = True) -> None:
        self.stored = stored

    def convert(
        self, value: str | Path, param: click.Parameter | None, ctx: click.Context | None
    ) -> Path:
        """The folder, or a usage error that says how to get a plan."""
        folder = Path(value)
        if (folder / "plan.json").exists():
            return folder
        named = os.environ.get(STORE_VARIABLE)
        has_store = named != NO_STORE and (bool(named) or USUAL_STORE.exists())
        resilient = ctx is not None and ctx.resilient_parsing
        if self.stored and has_store and not folder.exists() and not resilient:
            return self._stored(str(value), param, ctx)
        scenario = (folder / "scenario.yaml").exists() or (folder / "units.csv").exists()
        hint = (
            f" It is a scenario: `allocopt solve {value}` makes a plan of it." if scenario else ""
        )
        return self.fail(f"'{value}' holds no plan (no plan.json).{hint}", param, ctx)

    def _stored(self, name: str, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """The folder of a stored version, written where it is not there yet."""
        from allocopt.errors import AllocoptError
        from allocopt.store import lasting_folder, open_store

        try:
            return lasting_folder(
                open_store(store_place(None), create=False), name, USUAL_STORE.parent
            )
        except (AllocoptError, OSError) as error:
            message = f"'{name}' is no folder with a plan, and no stored one: {error}"
            return self.fail(message, param, ctx)


class PlanOrScenario(PlanFolder):
    """A plan as `PlanFolder` takes it, or a scenario."""

    def convert(
        self, value: str | Path, param: click.Parameter | None, ctx: click.Context | None
    ) -> Path:
        """The path of what is there; else a stored version, or a usage error."""
        return Path(value) if Path(value).exists() else super().convert(value, param, ctx)


class ScenarioPath(click.Path):
    """A folder, scenario.yaml or workbook that is there and is no plan."""

    def __init__(self) -> None:
        super().__init__(exists=True, path_type=Path)

    def convert(
        self,
        value: str | os.PathLike[str],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Path:
        """The path, or a usage error that says where the scenario of a plan is."""
        path = Path(os.fsdecode(super().convert(value, param, ctx)))
        if not (path / "plan.json").exists():
            return path
        place = path / "inputs"
        return self.fail(f"'{path}' is a plan, not a scenario; its scenario is {place}", param, ctx)


scenario_argument = click.argument("scenario", metavar="SCENARIO", type=ScenarioPath())
plan_argument = click.argument("plan", metavar="PLAN", type=PlanFolder())
settings_option = click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="KEY=VALUE",
    help="Change one setting or cell, e.g. quota.over_assignment=0.05. Repeatable.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
csv_option = click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
language_option = click.option(
    "--language", type=click.Choice(LANGUAGES), help="Language; else the scenario's."
)


def out_option(help_text: str, metavar: str = "FILE") -> Callable[[Command], Command]:
    """`--out`, a place to write to."""
    kind = click.Path(path_type=Path)
    return click.option("--out", metavar=metavar, type=kind, help=help_text)


def store_place(given: str | None) -> str:
    """Where the store of plans is: as given, else by the environment, else where it usually is."""
    return given or os.environ.get(STORE_VARIABLE) or str(USUAL_STORE)


def solver_options(command: Command) -> Command:
    """The settings of the solver that have an option of their own."""
    for option in (
        click.option("--threads", type=click.IntRange(1, 256), help="Processor threads."),
        click.option("--seed", type=click.IntRange(0), help="Seed of everything random."),
        click.option("--gap", type=click.FloatRange(0), help="Stop at this relative gap."),
        click.option(
            "--time-limit",
            type=click.FloatRange(0, min_open=True),
            metavar="SECONDS",
            help="Stop after this time with the best plan.",
        ),
    ):
        command = option(command)
    return command


def region_options(command: Command) -> Command:
    """Where the regions of a large plan are solved."""
    for option in (
        click.option(
            "--cluster",
            metavar="ADDRESS",
            help="Solve the regions of a large plan on a dask cluster, tcp://host:port.",
        ),
        click.option(
            "--jobs",
            type=click.IntRange(1, 256),
            help="Regions of a large plan that are solved at a time.",
        ),
    ):
        command = option(command)
    return command


def solver_settings(**values: float | str | None) -> tuple[str, ...]:
    """Options as settings: `solver_settings(gap=0.01)` is `("solver.gap=0.01",)`."""
    return tuple(f"solver.{key}={value}" for key, value in values.items() if value is not None)


def known_example(name: str, option: str) -> None:
    """Raise a usage error when no shipped scenario has this name."""
    from allocopt.starter import example_names

    if name not in example_names():
        known = ", ".join(example_names())
        raise click.BadParameter(f"no example {name!r}; there are {known}", param_hint=option)


def open_scenario(path: Path, settings: tuple[str, ...]) -> Scenario:
    """Load a scenario, its configuration first."""
    judge_config(path, settings)
    from allocopt.scenario import load_scenario

    return load_scenario(path, settings)


def judge_config(path: Path, settings: tuple[str, ...]) -> None:
    """Judge scenario.yaml and `--set` before any table library is imported.

    The settings of a workbook stand in a sheet and are judged when it is read.

    Raises:
        ConfigError: all problems of the configuration.
    """
    from allocopt.config import (
        apply_settings,
        merge_layers,
        parse_settings,
        read_config,
        read_layers,
    )

    given = parse_settings(settings)
    folder = path.parent if path.name == "scenario.yaml" else path
    if folder.is_dir():
        read_config(apply_settings(merge_layers(read_layers(folder)), given))
