"""Line: jobs that wait, from which each browser is served in turn."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from itertools import chain, zip_longest

from allocopt.review.desk.ticket import Ticket


class Line:
    """Tickets by browser. Who was served goes to the end, so that nobody can hold the others up."""

    def __init__(self) -> None:
        self._waiting: dict[str, deque[Ticket]] = {}

    def put(self, ticket: Ticket) -> None:
        """A ticket behind those of its browser; a browser that has none waits behind all others."""
        self._waiting.setdefault(ticket.job.browser, deque()).append(ticket)

    def put_back(self, ticket: Ticket) -> None:
        """A ticket whose worker was lost, before all others."""
        browser = ticket.job.browser
        own = self._waiting.pop(browser, deque())
        own.appendleft(ticket)
        self._waiting = {browser: own, **self._waiting}

    def take(self, ticket: Ticket) -> None:
        """Take a ticket out, because it is served; its browser goes to the end."""
        browser = ticket.job.browser
        self.drop(ticket)
        if browser in self._waiting:
            self._waiting[browser] = self._waiting.pop(browser)

    def drop(self, ticket: Ticket) -> None:
        """Take a ticket out, because nobody waits for it any more; the turns stay as they are."""
        own = self._waiting[ticket.job.browser]
        own.remove(ticket)
        if not own:
            del self._waiting[ticket.job.browser]

    def of(self, browser: str) -> tuple[Ticket, ...]:
        """What a browser waits for."""
        return tuple(self._waiting.get(browser, ()))

    def __iter__(self) -> Iterator[Ticket]:
        """Tickets in the order in which they are served."""
        rounds = chain.from_iterable(zip_longest(*self._waiting.values()))
        return iter([ticket for ticket in rounds if ticket is not None])

    def __contains__(self, ticket: object) -> bool:
        return any(ticket in own for own in self._waiting.values())

    def __len__(self) -> int:
        return sum(map(len, self._waiting.values()))
