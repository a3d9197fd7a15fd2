"""Families: what the rules of a plan are about, who can move them, and what their amounts are."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from allocopt.documents.facts import Facts
from allocopt.documents.language.measures import measure_value
from allocopt.documents.language.voice import Voice

# Rules by what they are about, in the order in which people ask.
FAMILIES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "time": ("selling_time_limit", "travel_limit"),
        "money": (
            *("budget_total", "lever_budget", "scope_budget", "period_budget", "return_floor"),
            "committed_spend",
        ),
        "quotas": ("quota_floor", "quota_ceiling", "quota_decided", "quota_attainable"),
        "goals": ("target_floor", "target_goal"),
        "balance": ("balance_floor", "balance_ceiling", "outside_limit"),
        "people": ("headcount_limit",),
        "change": ("handover_limit", "touched_limit"),
        "locks": ("unit_locked", "group_apart"),
        "supply": ("supply_limit",),
    }
)
FAMILY_OF: Mapping[str, str] = MappingProxyType(
    {rule: family for family, rules in FAMILIES.items() for rule in rules}
)
# What nobody in the room decides: the hours there are, what can be delivered, what is promised already.
GIVEN = frozenset({"selling_time_limit", "supply_limit", "committed_spend"})
HOURS = frozenset({"selling_time_limit", "travel_limit"})
COUNTS = frozenset({"headcount_limit", "touched_limit", "unit_locked", "group_apart"})
BALANCE = frozenset({"balance_floor", "balance_ceiling", "outside_limit"})
TARGETS = frozenset({"target_floor", "target_goal"})


def measure_of(rule: str, item: str, facts: Facts) -> str:
    """What an amount of a rule is a measure of; "" = money."""
    if rule in HOURS:
        return "hours"
    if rule in COUNTS or (rule, item) == ("handover_limit", "units"):
        return "units"
    if rule in BALANCE:
        return item.partition("/")[0]
    if rule in TARGETS:
        return _target_measures(facts).get(item, "")
    return ""


def _target_measures(facts: Facts) -> dict[str, str]:
    rows = facts.scenario.table("targets").drop_duplicates("name")
    return dict(zip(rows["name"].astype(str), rows["measure"].fillna("").astype(str), strict=True))


def amount_text(rule: str, item: str, amount: float, facts: Facts, voice: Voice) -> str:
    """An amount of a rule with its unit; a potential is money, as demand is."""
    measure = measure_of(rule, item, facts)
    if measure == "hours":
        return voice.say("general.hours", n=voice.show.number(amount, 0 if amount % 1 == 0 else 1))
    return measure_value("" if measure == "potential" else measure, amount, voice)


def is_money(rule: str, item: str, facts: Facts) -> bool:
    """Whether one more of a rule is one unit of money."""
    measure = measure_of(rule, item, facts)
    return measure in ("", "potential", "demand", "sales", "spend", "contribution", "quota")
