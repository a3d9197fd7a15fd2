"""Shelf: the plans that are being looked at, in memory, and what each reader may see of them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import TypeVar

from allocopt.config.sections import Reader
from allocopt.documents.facts import Facts
from allocopt.documents.facts.part import part_of
from allocopt.documents.facts.visibility import seen_by
from allocopt.plan import Plan, load_plan, load_plan_scenario
from allocopt.scenario import Scenario

# Plans that stay in memory; the one that was not looked at for longest goes first.
MOST = 6
# Kinds of readers in a meeting, each of whom sees a plan otherwise.
READERS = 3
# Folders that may be read at a time.
LOCKS = 8

Loaded = tuple[Plan, Scenario]
Key = TypeVar("Key")
Held = TypeVar("Held")


def read_plan(folder: Path) -> Loaded:
    """The plan of a folder and its scenario.

    Raises:
        DataError: the folder holds no whole plan.
    """
    return load_plan(folder), load_plan_scenario(folder)


class Shelf:
    """Plans by their folders. A folder never changes once a plan is in it."""

    def __init__(self, most: int = MOST, read: Callable[[Path], Loaded] = read_plan) -> None:
        """`read` is what reads the plan of a folder, and its scenario."""
        self._most, self._read, self._lock = most, read, Lock()
        # Who waits for a plan that is being read keeps nobody waiting who looks at another one.
        self._reading = tuple(Lock() for _ in range(LOCKS))
        self._plans: OrderedDict[Path, Loaded] = OrderedDict()
        self._facts: OrderedDict[tuple[Path, Reader, str, str], Facts] = OrderedDict()

    def plan(self, folder: Path) -> Loaded:
        """The plan of a folder and its scenario, whole: what people see goes through `facts`.

        Raises:
            DataError: the folder holds no whole plan.
        """
        return self._kept(self._plans, folder, folder, self._most, lambda: self._read(folder))

    def facts(self, folder: Path, reader: Reader, name: str = "", part: str = "") -> Facts:
        """The plan of a folder as a reader may see it; `name` is what people call it.

        `part` is the node of the tree that is all the reader sees; blank = the whole.

        Raises:
            DataError: the folder holds no whole plan.
            AllocoptError: the plan has no such node.
        """
        plan, scenario = self.plan(folder)

        def made() -> Facts:
            facts = Facts(*seen_by(reader, plan, scenario), name=name)
            return part_of(facts, part) if part else facts

        key, most = (folder, reader, part, name), self._most * READERS
        return self._kept(self._facts, key, folder, most, made)

    def _kept(
        self,
        shelf: OrderedDict[Key, Held],
        key: Key,
        folder: Path,
        most: int,
        make: Callable[[], Held],
    ) -> Held:
        """What lies under a key, made where it does not; what of a folder is made by one at a time."""
        with self._reading[hash(folder) % LOCKS]:
            with self._lock:
                found = shelf.get(key)
            made = make() if found is None else found
            with self._lock:
                shelf[key] = made
                shelf.move_to_end(key)
                while len(shelf) > most:
                    shelf.popitem(last=False)
            return made
