"""Occurrences are data: a what-if changes the future of some events and leaves the past alone."""

from __future__ import annotations

import numpy as np
from forecasting.effects.happenings import occurrences

from allocopt.forecasting.effects import Occurrences, no_events

BOTH = occurrences(
    {"spring sale": [(0, 1), (0, 4)], "strike": [(1, 2), (1, 5)]}, 2, past=4, kinds={"strike": "x"}
)


def running(given: Occurrences) -> list[tuple[str, int, int]]:
    cells = np.argwhere(given.intensity[:, given.place] > 0)
    return [(given.events[event], int(row), int(period)) for event, row, period in cells]


def test_an_event_called_off_still_happened_in_the_past() -> None:
    expected = [("spring sale", 0, 1), ("strike", 1, 2), ("strike", 1, 5)]
    assert running(BOTH.without(["spring sale"])) == expected


def test_a_kind_is_called_off_as_a_whole() -> None:
    assert running(BOTH.without(["promotion", "x"])) == [("spring sale", 0, 1), ("strike", 1, 2)]


def test_a_moved_event_moves_in_the_future_only() -> None:
    later = running(BOTH.moved("spring sale", 2))
    assert later == [("spring sale", 0, 1), ("spring sale", 0, 6), *running(BOTH)[2:]]
    sooner = running(BOTH.moved("strike", -1))
    assert sooner == [*running(BOTH)[:2], ("strike", 1, 2), ("strike", 1, 4)]


def test_an_event_moved_out_of_the_horizon_is_lost() -> None:
    assert running(BOTH.moved("strike", 9)) == running(BOTH.without(["strike"]))
    assert running(BOTH.moved("strike", -2)) == running(BOTH.without(["strike"]))


def test_a_surprise_is_known_once_its_period_is_over() -> None:
    surprise = Occurrences(
        ("flood",), ("",), np.zeros((1, 1, 4)), np.ones((1, 1, 4)), np.zeros(1, dtype=int), 2
    )
    assert surprise.intensity[0, 0].tolist() == [1, 1, 0, 0]
    assert surprise.seen_from(3).intensity[0, 0].tolist() == [1, 1, 1, 0]


def test_joined_events_keep_the_series_they_act_on() -> None:
    other = occurrences({"fair": [(1, 0)]}, 2, past=4)
    joined = BOTH.joined(other)
    assert running(joined) == [*running(BOTH), ("fair", 1, 0)]
    assert running(no_events(2, 4, 3).joined(BOTH)) == running(BOTH)


def test_events_can_be_asked_for_some_of_the_series() -> None:
    assert running(BOTH.of_series(np.array([1]))) == [("strike", 0, 2), ("strike", 0, 5)]
