"""Shelf: the plans that are being looked at, in memory, and what each reader may see of them."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path
from threading import Lock

from allocopt.config.sections import Reader
from allocopt.documents.facts import Facts
from allocopt.documents.facts.part import part_of
from allocopt.documents.facts.visibility import seen_by
from allocopt.plan import Plan, load_plan, load_plan_scenario
from allocopt.scenario import Scenario

# Plans that stay in memory; the one that was not looked at for longest goes first.
MOST = 6

Loaded = tuple[Plan, Scenario]


class Shelf:
    """Plans by their folders. A folder never changes once a plan is in it."""

    def __init__(self, most: int = MOST) -> None:
        self._most, self._lock = most, Lock()
        self._plans: OrderedDict[Path, Loaded] = OrderedDict()
        self._facts: OrderedDict[tuple[Path, Reader, str], Facts] = OrderedDict()

    def plan(self, folder: Path) -> Loaded:
        """The plan of a folder and its scenario, whole: what people see goes through `facts`.

        Raises:
            DataError: the folder holds no whole plan.
        """
        with self._lock:
            if folder not in self._plans:
                self._plans[folder] = (load_plan(folder), load_plan_scenario(folder))
            self._plans.move_to_end(folder)
            while len(self._plans) > self._most:
                self._plans.popitem(last=False)
            return self._plans[folder]

    def facts(self, folder: Path, reader: Reader, name: str = "", part: str = "") -> Facts:
        """The plan of a folder as a reader may see it; `name` is what people call it.

        `part` is the node of the tree that is all the reader sees; blank = the whole.

        Raises:
            DataError: the folder holds no whole plan.
            AllocoptError: the plan has no such node.
        """
        plan, scenario = self.plan(folder)
        with self._lock:
            key = (folder, reader, part)
            if key not in self._facts:
                facts = Facts(*seen_by(reader, plan, scenario), name=name)
                self._facts[key] = part_of(facts, part) if part else facts
            self._facts.move_to_end(key)
            while len(self._facts) > self._most:
                self._facts.popitem(last=False)
            return self._facts[key]
