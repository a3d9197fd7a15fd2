"""County instances are solved to their published optima through the public contract."""

from __future__ import annotations

from pathlib import Path

import pytest
from published import districting
from support_cases import cases_folder, require_cases

NEEDED = ("districting/county_instances.csv", "geography/us_counties_2010.csv")
# The others are solved by benchmarks/districting.py: they take minutes.
QUICK = ("ME", "ID", "NM")


def found() -> list[districting.Instance]:
    """The instances; none where the cases are not there."""
    folder = cases_folder()
    if not all((folder / name).exists() for name in NEEDED):
        return []
    return list(districting.instances(folder))


def test_county_instances_are_all_there() -> None:
    for name in NEEDED:
        require_cases(name)
    assert [instance.state for instance in found()] == ["ME", "ID", "NM", "WV", "NE", "OK"]


@pytest.mark.parametrize("instance", found(), ids=lambda instance: instance.state)
def test_the_band_of_a_tolerance_is_the_published_window(instance: districting.Instance) -> None:
    assert 0.0049 < instance.tolerance < 0.0051


@pytest.mark.parametrize(
    "instance", [x for x in found() if x.state in QUICK], ids=lambda instance: instance.state
)
def test_fewest_cut_edges_are_found_and_proven(
    instance: districting.Instance, tmp_path: Path
) -> None:
    solved = districting.solve(instance, tmp_path)
    assert solved.cost == pytest.approx(instance.optimum, abs=1e-6)
    assert solved.status == "optimal"
    assert solved.reached
