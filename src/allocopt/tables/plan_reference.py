"""What the columns of a plan folder's tables mean: (unit, meaning) by table and column."""

from __future__ import annotations

from collections.abc import Mapping

Meaning = tuple[str, str]

_PERIOD: Meaning = ("", "Label of the plan period: `2026-03`, `2026Q1`, `2026-W07`.")
_UNIT: Meaning = ("", "Unit.")
_REP: Meaning = ("", "Rep.")
_LEVER: Meaning = ("", "Lever.")
_TERRITORY: Meaning = ("", "Territory.")
_SEGMENT: Meaning = ("", "Segment.")
_RULE: Meaning = ("", "Name of the rule; its sentence is in plan.json.")
_ITEM: Meaning = ("", "What the rule row is about: a rep, a unit, a lever …")
_RATE = "currency/period"

PLAN_DOCS: Mapping[str, str] = {
    "assignments": "Who covers what, and from when to when.",
    "reps": "Each rep's load.",
    "time": "Selling time of each rep on each unit.",
    "sales": "Planned sales of each unit.",
    "budget": "Planned spend.",
    "quotas": "Quotas of reps, managers and the company.",
    "forecast": "Demand as it went into the model.",
    "forecast_nodes": "Demand of each node of the territory tree.",
    "past": "Sales of the past, per period of the calendar.",
    "limits": "Every rule row with its slack, and what one more would bring.",
    "shortfalls": "Soft rules that are not kept, and their price.",
    "targets": "Targets and what the plan reaches.",
    "kpis": "Key figures of the plan.",
    "samples": "Weighted demand scenarios; there where `forecast.samples` asks for them.",
}

PLAN_COLUMNS: Mapping[str, Mapping[str, Meaning]] = {
    "assignments": {
        "unit": _UNIT,
        "rep": _REP,
        "start": ("", "First day."),
        "end": ("", "Last day."),
        "share": ("share", "Part of the unit that is the rep's."),
        "before": ("", "Owner before the plan; blank = vacant."),
        "handover": ("", "Whether the unit changes its rep: yes or no."),
        "reason": ("", "Why this rep."),
    },
    "reps": {
        "rep": _REP,
        "start": ("", "First day."),
        "end": ("", "Last day."),
        "hired": ("", "Whether an open position is filled."),
        "hours": ("h", "Selling time the rep has, over the span."),
        "load": ("h", "Selling time that is planned, travel included."),
        "overtime": ("h", "Load beyond the hours."),
        "cost": ("currency", "Cost of the rep over the span."),
    },
    "time": {
        "unit": _UNIT,
        "rep": _REP,
        "period": _PERIOD,
        "hours": ("h/period", "Selling time."),
    },
    "sales": {
        "unit": _UNIT,
        "period": _PERIOD,
        "sales": (_RATE, "Planned sales."),
        "demand": (_RATE, "Sales at standard coverage and no extra budget."),
        "lift": (_RATE, "Sales that spend adds."),
        "spend": (_RATE, "The unit's part of the spend."),
    },
    "budget": {
        "lever": _LEVER,
        "territory": _TERRITORY,
        "segment": _SEGMENT,
        "period": _PERIOD,
        "spend": (_RATE, "Money to spend."),
        "lift": (_RATE, "Sales that it adds."),
    },
    "quotas": {
        "level": ("", "`company`, `manager` or `rep`."),
        "rep": ("", "Name of the rep or manager; blank for the company."),
        "period": _PERIOD,
        "quota": (_RATE, "What must be sold."),
        "expected": (_RATE, "Planned sales, credited by share."),
        "baseline": (_RATE, "Demand, credited by share."),
        "before": (_RATE, "Quota before the plan."),
        "attain_probability": ("share", "Chance to reach the quota."),
        "payout_mean": (_RATE, "Variable pay on average."),
        "payout_p90": (_RATE, "Variable pay that is passed in one case of ten."),
    },
    "forecast": {
        "territory": _TERRITORY,
        "segment": _SEGMENT,
        "unit": ("", "Unit with a forecast of its own; blank = the whole cell."),
        "period": _PERIOD,
        "mean": (_RATE, "Expected sales at standard coverage and no extra budget."),
        "lower": (_RATE, "Lower end of the interval."),
        "upper": (_RATE, "Upper end of the interval."),
        "median": (_RATE, "Sales that are passed as often as not; left out of given demand."),
        "statistical": (_RATE, "Forecast from history alone; there beside pipeline or judgement."),
        "pipeline": (_RATE, "What open deals are expected to bring; blank = none speaks of it."),
        "judgement": (_RATE, "What the field expects; blank = nobody speaks of it."),
    },
    "forecast_nodes": {
        "node": ("", "Territory, inner node of the tree or the whole."),
        "period": _PERIOD,
        "mean": (_RATE, "Sum of the cells below."),
        "lower": (_RATE, "Lower end of the interval."),
        "upper": (_RATE, "Upper end of the interval."),
        "median": (_RATE, "Sales that are passed as often as not."),
    },
    "past": {
        "territory": _TERRITORY,
        "segment": _SEGMENT,
        "period": _PERIOD,
        "sales": (_RATE, "Sales."),
    },
    "limits": {
        "rule": _RULE,
        "item": _ITEM,
        "period": _PERIOD,
        "activity": ("of the rule", "What the plan does."),
        "lower": ("of the rule", "Least that the rule allows."),
        "upper": ("of the rule", "Most that the rule allows."),
        "slack": ("of the rule", "Room to the nearer limit."),
        "value_of_one_more": ("currency", "What one more unit of the limit would bring."),
    },
    "shortfalls": {
        "rule": _RULE,
        "item": _ITEM,
        "period": _PERIOD,
        "amount": ("of the rule", "By how much the rule is missed."),
        "price": ("currency", "What that costs in the objective."),
    },
    "targets": {
        "name": ("", "Target."),
        "goal": ("of the measure", "What was wanted."),
        "planned": ("of the measure", "What the plan reaches."),
        "gap": ("of the measure", "What is missing."),
        "probability": ("share", "Chance to reach it."),
    },
    "kpis": {
        "kpi": ("", "Name of the figure."),
        "scope": ("", "`company`, `territory=…`, `segment=…` or `rep=…`."),
        "period": ("", "Label of the plan period; blank = whole horizon."),
        "value": ("of the figure", "The figure."),
    },
    "samples": {
        "sample": ("", "Number of the scenario; all rows of one number happen together."),
        "weight": (
            "share",
            "Probability of the scenario; the weights of all scenarios add up to 1.",
        ),
        "territory": _TERRITORY,
        "segment": _SEGMENT,
        "unit": ("", "Unit; blank = the whole cell."),
        "period": _PERIOD,
        "demand": (_RATE, "Sales in this scenario at standard coverage and no extra budget."),
    },
}
