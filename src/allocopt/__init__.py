"""allocopt: forecast demand, plan a sales organisation in one model, write its documents.

The verbs and their types; each is imported when it is first used, so that `import allocopt` is
cheap:

    scenario = allocopt.load_scenario("scenarios/regional")
    plan = allocopt.plan_scenario(scenario)
    allocopt.save_plan(plan, scenario, "plans/regional")
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from allocopt.comparison import compare_plans
    from allocopt.forecasting import forecast_scenario
    from allocopt.plan import Plan, load_plan, load_plan_scenario, save_plan
    from allocopt.planning import plan_scenario
    from allocopt.response.report import report_responses
    from allocopt.scenario import Scenario, check_scenario, load_scenario

_MODULES = {
    "Plan": "plan",
    "Scenario": "scenario",
    "check_scenario": "scenario",
    "compare_plans": "comparison",
    "forecast_scenario": "forecasting",
    "load_plan": "plan",
    "load_plan_scenario": "plan",
    "load_scenario": "scenario",
    "plan_scenario": "planning",
    "report_responses": "response.report",
    "save_plan": "plan",
}

__all__ = [
    "Plan",
    "Scenario",
    "__version__",
    "check_scenario",
    "compare_plans",
    "forecast_scenario",
    "load_plan",
    "load_plan_scenario",
    "load_scenario",
    "plan_scenario",
    "report_responses",
    "save_plan",
]

__version__: str


def __getattr__(name: str) -> object:
    """Import a verb when it is first asked for (PEP 562)."""
    if name == "__version__":
        value: object = _version()
    elif name in _MODULES:
        value = getattr(import_module(f"allocopt.{_MODULES[name]}"), name)
    else:
        raise AttributeError(f"module 'allocopt' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("allocopt")
    except PackageNotFoundError:  # a source tree on the path, never installed
        return "0+source"
