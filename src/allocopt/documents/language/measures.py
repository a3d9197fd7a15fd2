"""What is measured, and how its values are written: money, shares, counts, hours."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from allocopt.documents.language.voice import Voice

# Kinds of the key figures of a plan, in the order in which documents show them.
KPI_KINDS: Mapping[str, str] = MappingProxyType(
    {
        "sales": "money",
        "demand": "money",
        "margin": "money",
        "spend": "money",
        "people_cost": "money",
        "contribution": "money",
        "quota": "money",
        "share_at_quota": "share",
        "attain_probability": "share",
        "payout_at_plan": "money",
        "payout_mean": "money",
        "payout_p90": "money",
        "units": "count",
        "reps": "count",
        "hires": "count",
        "hours": "hours",
        "load": "hours",
        "handovers": "count",
        "handover_share": "share",
        "balance_spread": "share",
        "border_share": "share",
        "forecast_wape": "share",
    }
)


def measure_name(measure: str, voice: Voice) -> str:
    """What people call a measure; `balance_spread:demand` names the measure that is spread."""
    if not measure:
        return ""
    base, _, detail = measure.partition(":")
    name = voice.say.get(f"kpi.{base}", base)
    return (
        voice.say("general.with", name=name, value=measure_name(detail, voice)) if detail else name
    )


def measure_value(measure: str, value: float, voice: Voice, unit: str = "") -> str:
    """A value of a measure; a blank unit means the currency, unless the measure is no money."""
    kind = KPI_KINDS.get(measure.partition(":")[0], "count" if measure else "money")
    if unit == "%":
        return voice.show.number(value, 1) + unit
    if unit:
        return f"{voice.show.compact(value)} {unit}"
    if kind == "hours":
        return voice.say("general.hours", n=voice.show.number(value))
    write = {"money": voice.show.money, "share": voice.show.percent, "count": voice.show.compact}
    return write[kind](value)
