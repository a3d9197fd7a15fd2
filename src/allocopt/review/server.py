"""Server: the room on a port of this machine, until somebody ends it."""

from __future__ import annotations

import signal
import socket
import sys
from asyncio import TimerHandle, Transport
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import HANDLED_SIGNALS

from allocopt.errors import AllocoptError

# Tried first, so that a room has the same address each time; else any port that is free.
USUAL_PORT = 8642
# [s] until the head of a request must be there, and until a connection without a request is closed.
HEAD_SECONDS, IDLE_SECONDS = 10, 60
# [bytes] of the head of a request, address and all. [connections] at a time; each open page holds one.
LONGEST_HEAD, MOST_CONNECTIONS = 32_768, 500
# [s] that answers get to be finished when the room is ended; streams never end by themselves.
LAST_SECONDS = 1


class PortTaken(AllocoptError):  # noqa: N818 - reads like its siblings
    """Somebody else listens on the port that was asked for."""


def bind(host: str, port: int | None) -> socket.socket:
    """A socket on the port, or on the usual one, or on one that is free.

    Raises:
        PortTaken: the port that was asked for cannot be had.
    """
    tries = (port,) if port is not None else (USUAL_PORT, 0)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for number in tries:
        # Named, or asyncio leaves Nagle's algorithm on, and each answer waits 40 ms for an acknowledgement.
        listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        # Else a room that starts again waits a minute for its port; Windows means something else.
        if sys.platform != "win32":
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((host, number))
        except OSError as error:
            listening.close()
            reason = error.strerror
        else:
            return listening
    raise PortTaken(f"{host}:{tries[-1]} cannot be had: {reason}; choose another with --port")


def serve(app: Starlette, listening: socket.socket, ready: Callable[[], None]) -> None:
    """Answer requests until a signal ends it; `ready` is called once when the first may come."""
    config = uvicorn.Config(
        app,
        http=PatientProtocol,
        loop="asyncio",
        ws="none",
        lifespan="on",
        log_config=None,
        log_level="critical",
        access_log=False,
        proxy_headers=False,  # who asks is for `access` to find out, by the true address of a peer
        server_header=False,
        limit_concurrency=MOST_CONNECTIONS,
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=LAST_SECONDS,
        h11_max_incomplete_event_size=LONGEST_HEAD,
    )
    _Server(config, ready).run([listening])


class _Server(uvicorn.Server):
    """Ends in peace: the signal that ended it is not raised again."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        before = {number: signal.signal(number, self.handle_exit) for number in HANDLED_SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


class PatientProtocol(H11Protocol):
    """Closes a connection on which the head of a request does not become whole."""

    _waiting: TimerHandle | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Wait for the first request."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Wait on while the head of a request is still coming."""
        super().data_received(data)
        if self.cycle is None or self.cycle.response_complete:
            self._wait()
        else:
            self._wait_no_longer()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing comes any more."""
        self._wait_no_longer()
        super().connection_lost(exc)

    def _wait(self) -> None:
        if self._waiting is None:
            self._waiting = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _wait_no_longer(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None


def address_of(listening: socket.socket) -> str:
    """Where the room is, such as `http://127.0.0.1:8642`."""
    host, port, *_ = listening.getsockname()
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
