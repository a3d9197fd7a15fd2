"""Rules for good customers are found where there are any, and only there."""

from __future__ import annotations

import numpy as np
import pandas as pd

from allocopt.forecasting.customers import Condition, learn_customers

UNITS = 160
INDUSTRIES = ("food", "chemicals", "materials", "medical")


def made_up(seed: int, units: int = UNITS) -> tuple[pd.DataFrame, pd.Series[float]]:
    """Attributes that say nothing, a name for each unit, and hours."""
    rng = np.random.default_rng(seed)
    index = pd.Index([f"U{k:04d}" for k in range(units)], name="unit")
    columns = {
        "segment": rng.choice(["small", "large"], units),
        "industry": rng.choice(list(INDUSTRIES), units),
        "employees": rng.integers(5, 1000, units).astype(float),
        "customer": [f"Customer {k}" for k in range(units)],
    }
    return pd.DataFrame(columns, index=index), pd.Series(rng.uniform(5, 20, units), index)


def noise(seed: int, units: int = UNITS) -> np.ndarray:
    """Worth per hour that nothing explains: about 100, two in three between 74 and 135."""
    return 100 * np.exp(np.random.default_rng(seed + 1000).normal(0, 0.3, units))


def planted(seed: int = 7) -> tuple[pd.DataFrame, pd.Series[float], pd.Series[float]]:
    """Medical customers with 500 employees or more are worth four times as much for an hour."""
    attributes, hours = made_up(seed)
    good = (attributes["industry"] == "medical") & (attributes["employees"] >= 500)
    return attributes, hours * noise(seed) * np.where(good, 4.0, 1.0), hours


def test_a_planted_rule_is_found_with_its_support_and_its_worth() -> None:
    attributes, worth, hours = planted()
    profile = learn_customers(attributes, worth, hours)
    assert profile is not None
    best = profile.groups[0]
    industry, employees = sorted(best.conditions, key=lambda one: one.attribute, reverse=True)
    assert industry == Condition("industry", "is", ("medical",))
    assert (employees.attribute, employees.relation) == ("employees", "at_least")
    # The smallest of the good ones, or a neighbour of it, and a number that a unit has.
    assert 450 <= employees.values[0] <= 550
    assert employees.values[0] in set(attributes["employees"])
    held = (attributes["industry"] == "medical") & (
        attributes["employees"] >= float(employees.values[0])
    )
    assert best.units == held.sum()
    assert np.isclose(best.value, worth[held].sum() / hours[held].sum())
    assert np.isclose(best.share, worth[held].sum() / worth.sum())
    assert 0.3 < profile.explained < 1


def test_groups_divide_all_units_and_add_up() -> None:
    attributes, worth, hours = planted()
    profile = learn_customers(attributes, worth, hours)
    assert profile is not None
    assert sum(group.units for group in profile.groups) == profile.units == UNITS
    assert np.isclose(sum(group.share for group in profile.groups), 1)
    values = [group.value for group in profile.groups]
    assert values == sorted(values, reverse=True)
    assert np.isclose(profile.average, worth.sum() / hours.sum())


def test_noise_has_no_rules() -> None:
    for seed in range(12):
        attributes, hours = made_up(seed, 60)
        profile = learn_customers(attributes, hours * noise(seed, 60), hours)
        assert profile is not None
        assert profile.groups == ()


def test_the_order_of_units_changes_nothing() -> None:
    attributes, worth, hours = planted()
    order = np.random.default_rng(3).permutation(UNITS)
    shuffled = learn_customers(attributes.iloc[order], worth.iloc[order[::-1]], hours)
    assert shuffled == learn_customers(attributes, worth, hours)


def test_names_that_single_units_bear_are_not_asked_for() -> None:
    attributes, worth, hours = planted()
    profile = learn_customers(attributes, worth, hours)
    assert profile is not None
    assert profile.attributes == ("segment", "industry", "employees")
    assert learn_customers(attributes[["customer"]], worth, hours) is None


def test_a_column_that_says_the_same_is_asked_once() -> None:
    attributes, worth, hours = planted()
    twice = attributes.assign(branch=attributes["industry"].str.upper())
    assert learn_customers(twice, worth, hours) == learn_customers(attributes, worth, hours)


def test_units_whose_attribute_is_unknown_are_counted_and_said() -> None:
    attributes, hours = made_up(5)
    good = attributes["employees"] >= 500
    worth = hours * noise(5) * np.where(good, 4.0, 1.0)
    # Nobody knows of ten of the good ones how large they are.
    unknown = attributes.index[good][:10]
    attributes.loc[unknown, "employees"] = np.nan
    profile = learn_customers(attributes, worth, hours)
    assert profile is not None
    best = profile.groups[0]
    assert best.conditions[0].attribute == "employees"
    assert best.conditions[0].or_unknown
    assert sum(group.units for group in profile.groups) == UNITS


def test_few_units_have_no_profile() -> None:
    attributes, worth, hours = planted()
    assert learn_customers(attributes[:19], worth[:19], hours[:19]) is None
    effort = hours.where(hours.index < "U0019", 0.0)
    assert learn_customers(attributes, worth, effort) is None


def test_two_thresholds_of_one_number_become_one_condition() -> None:
    attributes, hours = made_up(11, 200)
    middle = attributes["employees"].between(300, 600)
    worth = hours * np.where(middle, 500.0, 100.0) * np.exp(noise(11, 200) / 1e4)
    profile = learn_customers(attributes, worth, hours)
    assert profile is not None
    (condition,) = profile.groups[0].conditions
    assert (condition.attribute, condition.relation) == ("employees", "between")
    inside = attributes.loc[middle, "employees"]
    assert condition.values[0] == inside.min()
    assert condition.values[1] == attributes.loc[attributes["employees"] > 600, "employees"].min()
