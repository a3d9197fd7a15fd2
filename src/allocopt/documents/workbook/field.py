"""Field: what the columns of a workbook hold, which is the same on every sheet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from allocopt.documents.language.shown import What

Holds = Literal["text"] | What


@dataclass(frozen=True)
class Field:
    """What a column holds.

    `total`: its values add up. `ratio` names two columns whose totals the total is the ratio of. `mark`
    says what is drawn into its cells: a `bar` for a share or a load, `low` where it is less than all.
    """

    holds: Holds = "text"
    decimals: int = 0
    total: bool = False
    ratio: tuple[str, str] = ("", "")
    mark: Literal["", "bar", "low", "full", "sign"] = ""


TEXT = Field()
MONEY = Field("money", total=True)
AMOUNT = Field("money")
COUNT = Field("number", total=True)
NUMBER = Field("number", 2)
SHARE = Field("share", 1)
CHANGE = Field("change", 1, mark="sign")
DAY = Field("date")

# All that is not named here is text.
FIELDS: Mapping[str, Field] = MappingProxyType(
    {
        **dict.fromkeys(
            (
                *(
                    "quota",
                    "expected",
                    "before",
                    "cost",
                    "people_cost",
                    "demand",
                    "sales",
                    "past",
                    "potential",
                ),
                *("spend", "lift", "sum", "plan", "actual", "prior_year", "amount_by_period"),
            ),
            MONEY,
        ),
        **dict.fromkeys(
            (
                *("lower", "upper", "mean", "landing", "landing_lower", "landing_upper"),
                *("to_go", "required_run_rate", "ytd_plan", "ytd_actual", "company_demand"),
                *("worth", "one_more", "amount", "step_amount", "step_base", "step_total"),
                *("step_gain", "step_loss", "payout_at_plan", "payout_mean", "payout_p90"),
                *("total_min", "total_max"),
            ),
            AMOUNT,
        ),
        **dict.fromkeys(("units", "hours", "load", "overtime"), COUNT),
        **dict.fromkeys(
            (
                *(
                    "goal",
                    "planned",
                    "gap",
                    "value",
                    "planned_value",
                    "activity",
                    "least",
                    "most",
                    "slack",
                ),
                *("missing", "price", "lift_per_spend", "threshold"),
            ),
            NUMBER,
        ),
        **dict.fromkeys(("attain_probability", "probability", "known", "time_elapsed"), SHARE),
        "share": Field("share", 1, mark="bar"),
        "share_of_unit": SHARE,
        "utilisation": Field("share", 1, ratio=("load", "hours"), mark="full"),
        "expected_share": Field("share", 1, ratio=("expected", "quota"), mark="low"),
        "attainment": Field("share", 1, mark="low"),
        "period_attainment": Field("share", 1, mark="low"),
        **dict.fromkeys(("growth", "quota_change"), CHANGE),
        **dict.fromkeys(("start", "end", "lock_until", "due"), DAY),
    }
)


def field_of(key: str) -> Field:
    """What the column `key` holds."""
    return FIELDS.get(key, TEXT)
