"""Refused: a request that goes no further, and why."""

from __future__ import annotations


class Refused(Exception):  # noqa: N818 - reads like NotAllowed
    """A status of HTTP and the name of the sentence in `review.refused` that says why."""

    def __init__(self, status: int, reason: str) -> None:
        self.status, self.reason = status, reason
        super().__init__(f"{status} {reason}")


class Followed(Exception):  # noqa: N818 - no error: it is answered by a page
    """A link on another site was followed to here: the browser is to ask again from a page of the room."""


class Elsewhere(Exception):  # noqa: N818 - no error: it is answered by a redirection
    """Whoever asks is to ask at `address` first."""

    def __init__(self, address: str) -> None:
        self.address = address
        super().__init__(address)
