"""Tickets: what was asked of a desk, as far as it is known, and who is to hear of its end."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from threading import Thread

from allocopt.review.desk.job import Job, Kind
from allocopt.review.desk.ticket import Event, Ticket

# Tickets that are over stay known, the latest so many.
KEPT = 500

Then = Callable[[Ticket], None]


class Tickets:
    """Tickets by their ids, in the order in which they came. Whoever asks holds the lock of the desk."""

    def __init__(self) -> None:
        self._tickets: OrderedDict[str, Ticket] = OrderedDict()
        self._then: dict[str, Then] = {}

    def new(self, job: Job, then: Then | None) -> Ticket:
        """A ticket for a job; `then` is called with it when it is over, in a thread of its own."""
        ticket = Ticket(job)
        self._tickets[ticket.id] = ticket
        if then is not None:
            self._then[ticket.id] = then
        over = [name for name, old in self._tickets.items() if old.is_over]
        for name in over[: max(len(self._tickets) - KEPT, 0)]:
            del self._tickets[name]
        return ticket

    def __getitem__(self, name: str) -> Ticket:
        """A ticket by its id.

        Raises:
            KeyError: it is not known, or over for long.
        """
        return self._tickets[name]

    def latest(self, subject: str, kind: Kind | None = None) -> Ticket | None:
        """The newest ticket about a subject, of a kind where that is said; first those not over yet."""
        own = [
            ticket
            for ticket in reversed(self._tickets.values())
            if ticket.job.subject == subject and kind in (None, ticket.job.kind)
        ]
        return max(own, key=lambda ticket: not ticket.is_over, default=None)

    def over(self, ticket: Ticket, event: Event) -> None:
        """The last of a ticket; a second last is none."""
        if ticket.last is not None:
            return
        ticket.last = event
        then = self._then.pop(ticket.id, None)
        if then is None:
            ticket.tell(event)
            return
        Thread(target=_tell_last, args=(ticket, event, then), daemon=True).start()


def _tell_last(ticket: Ticket, event: Event, then: Then) -> None:
    """What is to be done with the answer is done before anybody hears of it, outside the lock."""
    try:
        then(ticket)
    finally:
        ticket.tell(event)
