"""Checks of the map: rules about borders need borders, and reps enough for its parts."""

from __future__ import annotations

import pytest
from support_scenario import START, UNITS, coded, findings_of, write_scenario

from allocopt.errors import Severity

HARD = START + "contiguity: {hard: true}\n"


def findings(folder, yaml, adjacency="", **rest):
    """Findings of a scenario with units u1 and u2 in East, u3 in West, and two reps."""
    return findings_of(write_scenario(folder, yaml, adjacency=adjacency, **rest))


@pytest.mark.parametrize("setting", ["hard: true", "cut_price: 2"])
def test_rules_about_borders_need_borders(tmp_path, setting):
    found = coded(findings(tmp_path, START + f"contiguity: {{{setting}}}\n"), "no-adjacency")
    assert [finding.severity for finding in found] == [Severity.PROBLEM]
    assert found[0].line == 2


def test_a_map_in_parts_is_told_with_what_is_cut_off(tmp_path):
    found = coded(findings(tmp_path, HARD, "a,b\nu1,u2\n"), "islands")
    assert [finding.severity for finding in found] == [Severity.WARNING]
    assert found[0].names == ("u3",)
    assert not coded(findings(tmp_path, HARD, "a,b\nu1,u2\nu2,u3\n"), "islands")


def test_a_map_in_parts_does_not_matter_where_only_borders_are_priced(tmp_path):
    priced = START + "contiguity: {cut_price: 1}\n"
    assert not coded(findings(tmp_path, priced, "a,b\nu1,u2\n"), "islands")


def test_more_parts_than_reps_leave_a_unit_without_one(tmp_path):
    # u1 and u2, u3, u4: three parts and two reps.
    units = UNITS + "u4,West,Key,10,100,Bob\n"
    found = coded(findings(tmp_path, HARD, "a,b\nu1,u2\n", units=units), "too-many-islands")
    assert [finding.severity for finding in found] == [Severity.PROBLEM]
    some = HARD + "coverage: {every_unit: false}\n"
    assert not coded(findings(tmp_path, some, "a,b\nu1,u2\n", units=units), "too-many-islands")


def test_a_family_in_two_parts_of_the_map_is_a_problem(tmp_path):
    units = "unit,territory,segment,hours,demand,family\nu1,East,Key,1,1,f\nu3,West,Key,1,1,f\n"
    units += "u2,East,Key,1,1,\n"
    found = coded(findings(tmp_path, HARD, "a,b\nu1,u2\n", units=units), "scattered-family")
    assert found[0].names == ("u1", "u3")
    assert not coded(findings(tmp_path, HARD, "a,b\nu1,u3\n", units=units), "scattered-family")


def test_a_border_with_two_lengths_is_a_problem(tmp_path):
    found = coded(findings(tmp_path, START, "a,b,length\nu1,u2,1\nu2,u1,4\n"), "two-border-lengths")
    assert [finding.value for finding in found] == ["1, 4"]
    assert not coded(
        findings(tmp_path, START, "a,b,length\nu1,u2,1\nu2,u1,\n"), "two-border-lengths"
    )


def test_a_place_beside_itself_says_nothing(tmp_path):
    found = coded(findings(tmp_path, START, "a,b\nu1,u1\nu1,u2\n"), "border-with-itself")
    assert [finding.severity for finding in found] == [Severity.WARNING]


def test_an_unknown_place_is_named_with_the_nearest(tmp_path):
    found = coded(findings(tmp_path, START, "a,b\nu1,u33\n"), "unknown-reference")
    assert (found[0].value, found[0].nearest) == ("u33", "u3")
