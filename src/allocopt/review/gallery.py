"""Gallery: screens that were made before, so that who looks again, or looks back, need not wait."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from weakref import ReferenceType, ref

from allocopt.documents.facts import Facts
from allocopt.review.entered import NOTHING
from allocopt.review.panels import Screen
from allocopt.review.view import View

# Screens that stay in memory; the one that was not looked at for longest goes first.
MOST = 24
# Screens that are made of one version, its history and the what-if alone.
KEPT = ("plan", "territories", "reps", "money", "variance", "limits")

Sides = tuple[ReferenceType[Facts], ReferenceType[Facts] | None]


class Gallery:
    """Screens by all that they are made of: a plan never changes, but what happens to it does."""

    def __init__(self, most: int = MOST) -> None:
        self._most, self._lock = most, Lock()
        self._screens: OrderedDict[Hashable, tuple[Sides, Screen]] = OrderedDict()

    def screen(self, name: str, view: View, make: Callable[[View], Screen]) -> Screen:
        """The screen that was made for the like of this view, else what `make` makes."""
        if name not in KEPT or view.entered != NOTHING:
            return make(view)
        key = _key(name, view)
        found = self._find(key, view)
        if found is None:
            found = make(view)
            self._keep(key, view, found)
        return found

    def _find(self, key: Hashable, view: View) -> Screen | None:
        with self._lock:
            if key not in self._screens:
                return None
            self._screens.move_to_end(key)
            (facts, after), screen = self._screens[key]
        # Facts that were dropped may leave their number to others.
        is_same = facts() is view.facts and (None if after is None else after()) is view.after
        return screen if is_same else None

    def _keep(self, key: Hashable, view: View, screen: Screen) -> None:
        after = None if view.after is None else ref(view.after)
        with self._lock:
            self._screens[key] = ((ref(view.facts), after), screen)
            while len(self._screens) > self._most:
                self._screens.popitem(last=False)


def _key(name: str, view: View) -> Hashable:
    """All that a screen is made of beside the numbers: who asks for what, and what has happened."""
    draft, record = view.draft, view.record
    asked = None if draft is None else (draft.id, draft.revision)
    told = (record.version.id, str(record.state), len(record.events))
    options = tuple(sorted(view.options.items()))
    look = (view.voice.say.language, view.presenting, view.person, options)
    return name, id(view.facts), id(view.after), asked, told, look
