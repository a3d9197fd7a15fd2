"""One document for each rep: names of files, several processes, progress."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support_plan import FULL_MARGIN, scenario_of

from allocopt.documents import Material, Order, Request, Solved, Subject, render_all
from allocopt.documents.file_names import file_names
from allocopt.errors import AllocoptError
from allocopt.planning import plan_scenario

TABLES = {
    "units": "unit,territory,segment,hours,demand,rep\nu1,East,Key,6,100,Ann\nu2,West,Key,4,80,Ben\n",
    "reps": "rep,hours\nAnn,10\nBen,10\n",
    "segments": FULL_MARGIN,
}


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Material:
    """A plan of a scenario that was read from its folder."""
    scenario = scenario_of(tmp_path_factory.mktemp("scenario"), **TABLES)
    solved = Solved(plan_scenario(scenario), scenario)
    return Material(solved, before=solved)


def orders(folder: Path, *reps: str) -> list[Order]:
    requests = [Request("rep", "en", Subject("rep", rep)) for rep in reps]
    names = file_names(requests, "html")
    return [
        Order(request, "html", folder / name) for request, name in zip(requests, names, strict=True)
    ]


def test_several_processes_write_what_one_writes_and_tell_what_they_cannot(
    planned: Material, tmp_path: Path
) -> None:
    heard: list[tuple[float, str]] = []
    alone = render_all(planned, orders(tmp_path / "one", "Ann", "Ben"), lambda *_: None)
    two = orders(tmp_path / "two", "Ann", "Ben", "R77")
    with pytest.raises(AllocoptError, match="no rep 'R77'"):
        render_all(planned, two, lambda *told: heard.append(told), 2)
    assert [path.name for path in alone] == ["rep.Ann.en.html", "rep.Ben.en.html"]
    assert [path.read_bytes() for path in alone] == [order.path.read_bytes() for order in two[:2]]
    assert heard == [(1 / 3, "1 of 3 written"), (2 / 3, "2 of 3 written")]


@pytest.fixture
def _interruptible() -> Iterator[None]:
    """Ctrl-C ends what runs, whatever a server or a browser of an earlier test has made of it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("_interruptible")
def test_after_an_interruption_nothing_more_is_written(planned: Material, tmp_path: Path) -> None:
    def interrupted(*_: object) -> None:
        signal.raise_signal(signal.SIGINT)

    asked = orders(tmp_path, *["Ann"] * 60)
    with pytest.raises(KeyboardInterrupt):
        render_all(planned, asked, interrupted, 2)
    assert not multiprocessing.active_children()
    assert len(list(tmp_path.iterdir())) < len(asked)
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_nothing_to_write_writes_nothing(planned: Material) -> None:
    assert render_all(planned, [], lambda *_: None) == []


@given(st.lists(st.text(min_size=1, max_size=200), min_size=1, max_size=6))
def test_file_names_are_safe_and_differ(keys: list[Any]) -> None:
    requests = [Request("rep", "en", Subject("rep", key)) for key in keys]
    names = file_names(requests, "html")
    assert len({name.casefold() for name in names}) == len(keys)
    for name in names:
        assert Path(name).name == name
        assert not set(name) & set('<>:"/\\|?*\0\n ')
        assert len(name.encode(errors="replace")) < 255
