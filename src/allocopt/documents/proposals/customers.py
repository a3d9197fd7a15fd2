"""The ideal customer as the data shows it: what units that earn much for an hour have in common."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pandas as pd

from allocopt.documents.facts import Facts
from allocopt.documents.language.voice import Voice
from allocopt.problem.selling_time import unit_hours
from allocopt.tables.contract import CONTRACT

if TYPE_CHECKING:
    from allocopt.forecasting.customers import Condition, CustomerProfile

# Columns of the contract that tell what a customer is like; others are keys, plans or places.
KINDS_OF_CUSTOMER = ("segment", "industry", "lifecycle")
# Columns of people's own that name or count, and say nothing of what a customer is like.
_KEY = re.compile(
    r"(?i)(^|[\W_])(id|code|key|name|number|no|nr|phone|fax|zip|postcode|address|url|mail|email|owner|rep)"
    r"($|[\W_])|编号|编码|代码|名称|姓名|电话|邮编|邮箱|地址|负责人|备注"
)
# Whole numbers that are years more often than not, which are written without separators.
YEARS = range(1900, 2101)
# Levels of the tree that have no name are numbered from the top.
LEVEL = "level"
# Columns of a territory that say where it is and not what it is like.
_PLACE = frozenset({"territory", "name", "parent", "latitude", "longitude"})


@dataclass(frozen=True)
class CustomerFindings:
    """What was learnt; `by_hour` says that worth is per hour of standard coverage, else per unit."""

    profile: CustomerProfile
    by_hour: bool


def find_customers(facts: Facts) -> CustomerFindings | None:
    """What good customers of the company have in common; None where there are too few units, and for
    a part: rules of a territory would be learnt from few, and those of the company stand in its plan.

    A good customer earns much margin less spend for the selling time that standard coverage takes: time
    that the plan leaves out where a customer buys without it says nothing of a new customer of the kind.
    """
    if facts.extent is not None:
        return None
    # The only section that learns: the others do without the libraries for it.
    from allocopt.forecasting.customers import learn_customers  # noqa: PLC0415

    attributes = customer_attributes(facts)
    hours = _standard_hours(facts)
    by_hour = bool((hours > 0).any())
    effort = hours if by_hour else pd.Series(1.0, attributes.index)
    profile = learn_customers(attributes, _earned(facts), effort)
    return None if profile is None else CustomerFindings(profile, by_hour)


def _standard_hours(facts: Facts) -> pd.Series[float]:
    """Selling time of standard coverage by unit. [h/horizon]"""
    units = facts.scenario.table("units").drop_duplicates("unit").set_index("unit")
    horizon = facts.scenario.calendar.input_factor * len(facts.periods)
    return unit_hours(facts.scenario, units) * horizon


def _earned(facts: Facts) -> pd.Series[float]:
    """Margin on a unit's planned sales, all of them where no margin is known, less its spend."""
    segments = facts.scenario.table("segments").drop_duplicates("segment").set_index("segment")
    margin = facts.units["segment"].map(segments["margin"].astype(float)).fillna(1.0)
    return margin * facts.units["sales"] - facts.units["spend"].fillna(0.0)


def customer_attributes(facts: Facts) -> pd.DataFrame:
    """What is known of each unit: its kind, the columns that people added, and its territory's."""
    units = facts.scenario.table("units").drop_duplicates("unit").set_index("unit")
    own = [name for name in units if name not in CONTRACT["units"].by_name and _tells(name)]
    known = [name for name in KINDS_OF_CUSTOMER if name in units]
    places = _of_places(facts).reindex(units["territory"]).set_axis(units.index)
    table = pd.concat([units[[*known, *own]], places], axis=1)
    return table.loc[:, ~table.columns.duplicated()].dropna(axis=1, how="all")


def _tells(column: object) -> bool:
    return not _KEY.search(str(column))


def _of_places(facts: Facts) -> pd.DataFrame:
    """Per territory: itself, what holds it, by the names of the levels, and columns people added."""
    tree, levels = facts.scenario.territory_tree, facts.scenario.config.levels
    chains = {node: (*reversed(tuple(tree.ancestors(node))), node) for node in tree.nodes}
    depth = max((len(chain) for chain in chains.values()), default=0)
    columns: dict[str, dict[str, Any]] = {}
    for k in range(depth):
        columns[_level_name(k, depth, levels)] = {
            node: chain[k] for node, chain in chains.items() if k < len(chain)
        }
    table = facts.scenario.table("territories").drop_duplicates("territory").set_index("territory")
    own = [name for name in table if name not in _PLACE and _tells(name)]
    return pd.DataFrame(columns, index=list(tree.nodes)).join(table[own])


def _level_name(k: int, depth: int, levels: Sequence[str]) -> str:
    """What people call a level of the tree; the lowest is the territory itself."""
    if k < len(levels):
        return levels[k]
    return "territory" if k == depth - 1 else f"{LEVEL} {k + 1}"


def in_words(conditions: tuple[Condition, ...], facts: Facts, voice: Voice) -> str:
    """`Industry is food and Employees at least 200`; all units where there is no condition."""
    parts = [_condition(one, facts, voice) for one in conditions]
    return voice.say("customers.and").join(parts) or voice.say("customers.all")


def _condition(one: Condition, facts: Facts, voice: Voice) -> str:
    values = [_value(one.attribute, value, facts, voice) for value in one.values]
    text = voice.say(
        f"customers.{one.relation}",
        attribute=attribute_name(one.attribute, voice),
        value=values[0] if one.relation in NUMBERS else voice.say("customers.or").join(values),
        upper=values[-1],
    )
    return voice.say("customers.or_unknown", text=text) if one.or_unknown else text


NUMBERS: frozenset[str] = frozenset({"at_least", "below", "between"})
# Names of things that attributes hold, and the table that has what people call them.
_NAMED: Mapping[str, str] = MappingProxyType({"segment": "segments"})


def _value(attribute: str, value: str | float, facts: Facts, voice: Voice) -> str:
    if isinstance(value, float) and value in YEARS:
        return str(int(value))
    if isinstance(value, float):
        return voice.show.number(value, 0 if value == int(value) or abs(value) >= 100 else 2)
    if attribute in _NAMED:
        return facts.name_of(_NAMED[attribute], value)
    return facts.name_of("territories", value)


def attribute_name(attribute: str, voice: Voice) -> str:
    """What people call an attribute; their own columns bear the name they gave."""
    level = re.fullmatch(rf"{LEVEL} (\d+)", attribute)
    if level:
        return voice.say("customers.level", level=level[1])
    return voice.say.get(f"customers.attribute.{attribute}", attribute.replace("_", " "))
