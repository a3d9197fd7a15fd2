"""Orders on the disk: a folder each, with what was asked for and the document once it is there."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from allocopt.files import write_atomic
from allocopt.review.orders.order import Order, order_of

# Documents that are kept; the oldest go first.
MOST = 200
ASKED, WRITTEN = "order.json", "document"
_ID = re.compile(r"[0-9a-f]{16}")


class Orders:
    """The documents of a room."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, order: Order) -> None:
        """Put an order, or what became of it, on the disk."""
        write_atomic(self._place(order.id) / ASKED, order.text().encode())

    def file(self, order: Order) -> Path:
        """Where its document is, or will be."""
        return self._place(order.id) / f"{WRITTEN}{Path(order.name).suffix}"

    def get(self, name: str) -> Order:
        """An order by its id.

        Raises:
            KeyError: there is none.
        """
        if not _ID.fullmatch(name):
            raise KeyError(name)
        try:
            return order_of((self._place(name) / ASKED).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            raise KeyError(name) from None

    def of(self, owner: str, version: str) -> tuple[Order, ...]:
        """Somebody's orders of a version, the newest first."""
        own = [one for one in self._all() if (one.owner, one.version) == (owner, version)]
        return tuple(sorted(own, key=lambda one: one.ordered_at, reverse=True))

    def make_room(self) -> None:
        """Let the oldest go where there are too many."""
        ordered = sorted(self._all(), key=lambda one: one.ordered_at)
        for old in ordered[: max(len(ordered) - MOST, 0)]:
            shutil.rmtree(self._place(old.id), ignore_errors=True)

    def _all(self) -> list[Order]:
        found = []
        for path in self.folder.glob(f"*/{ASKED}"):
            try:
                found.append(self.get(path.parent.name))
            except KeyError:
                continue
        return found

    def _place(self, name: str) -> Path:
        return self.folder / name
