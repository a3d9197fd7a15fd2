"""Sessions: plans that a worker holds in memory, so that questions are answered from them at once."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from pathlib import Path

from allocopt.planning import limits_of
from allocopt.scenario import Scenario
from allocopt.solver import Limits
from allocopt.whatif import Basis, basis_of_plan
from allocopt.whatif.session import Session, open_session

# Plans that are held; the one that was not asked about for longest goes first.
MOST = 3


@dataclass(frozen=True)
class Held:
    """A plan with its forecast, and the session on it, which every question starts from."""

    basis: Basis
    session: Session


class Sessions:
    """Open sessions by the folder of their plan. threads: how many a search may use."""

    def __init__(self, threads: int, most: int = MOST) -> None:
        self._threads, self._most = threads, most
        self._held: OrderedDict[Path, Held] = OrderedDict()

    @property
    def plans(self) -> tuple[Path, ...]:
        """Folders of the plans that are held."""
        return tuple(self._held)

    def of(self, folder: Path) -> Held:
        """The session on a plan, opened where it is not. Raises what `open_session` raises."""
        if folder not in self._held:
            while len(self._held) >= self._most:
                self._held.popitem(last=False)
            self._held[folder] = self._open(folder)
        self._held.move_to_end(folder)
        return self._held[folder]

    def _open(self, folder: Path) -> Held:
        basis = basis_of_plan(folder)
        session = open_session(basis, limits=limits_within(basis.scenario, self._threads))
        basis.forecast.draws(
            1
        )  # makes it ready to draw from, which the first answer would wait for
        return Held(basis, session)


def limits_within(scenario: Scenario, threads: int) -> Limits:
    """The limits of a scenario, with no more threads than a worker has."""
    limits = limits_of(scenario)
    return replace(limits, threads=min(limits.threads or threads, threads))
