"""Sessions: browsers that were let in, kept on the disk so that a room that starts again knows them.

A browser holds a random secret in a cookie. The disk holds its hash, so that who reads the file cannot come
in with it; the id of the browser and the mark of its forms are made from the secret and kept nowhere.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from threading import Lock

from allocopt.files import write_atomic
from allocopt.review.visitor import Visitor

# Links that are handed out and not used yet; the oldest goes first.
MOST_LINKS = 100
# Browsers that are known at a time; who came first goes first.
MOST_SESSIONS = 1_000


@dataclass(frozen=True)
class Session:
    """Who came in with a browser, and when (UTC, ISO 8601)."""

    name: str
    since: str
    is_host: bool = False


def _now() -> datetime:
    return datetime.now(UTC)


class Sessions:
    """The browsers of a room in one file; `lasts` is how long one is known."""

    def __init__(
        self, file: Path, lasts: timedelta = timedelta(days=30), now: Callable[[], datetime] = _now
    ) -> None:
        self._file, self._lasts, self._now, self._lock = file, lasts, now, Lock()
        self._links: dict[str, Session] = {}
        self._known = _read(file)

    def link(self, name: str, *, is_host: bool = False) -> str:
        """A token that lets one browser in under a name, once."""
        token = secrets.token_urlsafe(32)
        with self._lock:
            self._links[_hash(token)] = self._session(name, is_host)
            _keep_newest(self._links, MOST_LINKS)
        return token

    def redeem(self, token: str) -> str | None:
        """The secret of a new session for a token; None for one that was used or never was."""
        with self._lock:
            session = self._links.pop(_hash(token), None)
        return None if session is None else self.begin(session.name, is_host=session.is_host)

    def begin(self, name: str, *, is_host: bool = False) -> str:
        """The secret of a new session, which is on the disk."""
        secret = secrets.token_urlsafe(32)
        with self._lock:
            self._known[_hash(secret)] = self._session(name, is_host)
            _keep_newest(self._known, MOST_SESSIONS)
            self._write()
        return secret

    def visitor(self, secret: str) -> Visitor | None:
        """Who holds a secret; None when nobody does, or no longer."""
        session = self._known.get(_hash(secret))
        if session is None or datetime.fromisoformat(session.since) + self._lasts < self._now():
            return None
        known = visitor_of(secret, session.name)
        return replace(known, is_host=session.is_host, can_leave=True)

    def end(self, secret: str) -> None:
        """Forget a session."""
        with self._lock:
            if self._known.pop(_hash(secret), None) is not None:
                self._write()

    def _session(self, name: str, is_host: bool) -> Session:
        return Session(name, self._now().isoformat(timespec="seconds"), is_host)

    def _write(self) -> None:
        data = {key: asdict(session) for key, session in self._known.items()}
        if not self._file.exists():  # made with these rights, which each further writing keeps
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._file.touch(mode=0o600)
        write_atomic(self._file, json.dumps(data, ensure_ascii=False, indent=1).encode())


def visitor_of(secret: str, name: str) -> Visitor:
    """A visitor whose browser holds a secret."""
    browser = _hash(f"browser {name} {secret}")[:16]
    return Visitor(name, browser, csrf=_hash(f"forms {name} {secret}"))


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _keep_newest(sessions: dict[str, Session], most: int) -> None:
    while len(sessions) > most:
        del sessions[next(iter(sessions))]


def _known(name: object, since: object, is_host: object = False) -> Session:
    """A session as a file holds it.

    Raises:
        ValueError: it holds none.
    """
    if not isinstance(name, str) or datetime.fromisoformat(str(since)).tzinfo is None:
        raise ValueError(f"no session of {name!r} since {since!r}")
    return Session(name, str(since), is_host is True)


def _read(file: Path) -> dict[str, Session]:
    """The sessions of a file; none where it is not there or is damaged: people then come in anew."""
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        return {str(key): _known(**told) for key, told in data.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}
