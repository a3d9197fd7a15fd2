"""Depth: how far an explanation may go, by solving again or by estimates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event

Tell = Callable[[float, str], None]  # share that is done, and what is being done


@dataclass(frozen=True)
class Depth:
    """How much an explanation may cost.

    `exact`: plans are solved again (True), never (False), or where the model is small (None). All of them
    share `seconds`. `jobs` of them are solved at a time; None: as many as there are processors, once that
    saves time. `tell` hears of progress, `stop` ends the solving with what is known by then.
    """

    exact: bool | None = None
    seconds: float = 60.0
    jobs: int | None = 1
    tell: Tell = lambda _share, _note: None
    stop: Event = field(default_factory=Event)
