"""Access: the doors and guards of a room, from the outermost to the innermost."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.middleware import Middleware
from starlette.responses import Response

from allocopt.review.access.bodies import OwnForms, SmallBodies
from allocopt.review.access.cookie import Cookie
from allocopt.review.access.doors import Door, HeaderDoor, Known, LinkDoor, SignInDoor
from allocopt.review.access.hosts import LOOPBACK, KnownHosts
from allocopt.review.access.origins import OwnOrigin
from allocopt.review.access.reading import OnlyReading
from allocopt.review.access.sessions import Sessions
from allocopt.review.access.settings import AccessSettings, OidcProvider, secret_of

if TYPE_CHECKING:
    from allocopt.review.access.sign_in import SignIn

DAY = 24 * 3600
SESSIONS = "sessions.json"


@dataclass(frozen=True)
class Access:
    """How people come into a room: who is let in, under which names of the host, and where sessions are.

    `address` is what people type where a proxy is before the room, blank on this machine; `sign_in` is
    where they sign in, None where they come by a link or a proxy knows them.
    """

    sessions: Sessions
    cookie: Cookie
    door: Door
    hosts: Collection[str] = LOOPBACK
    address: str = ""
    sign_in: SignIn | None = None
    is_read_only: bool = False

    @classmethod
    def by_link(cls, folder: Path) -> Access:
        """Loopback only, and by a link that is good for one browser; sessions are kept in `folder`."""
        lasts = 30 * DAY
        sessions = Sessions(folder / SESSIONS, timedelta(seconds=lasts))
        cookie = Cookie(_name(folder), lasts)
        return cls(sessions, cookie, LinkDoor(sessions, cookie))

    @classmethod
    def by_settings(cls, folder: Path, settings: AccessSettings) -> Access:
        """As the settings say; sessions of who signed in are kept in `folder`.

        Raises:
            ConfigError: a variable of the environment is not set.
            ModuleNotFoundError: people are to sign in, and the extra for that is missing.
        """
        is_secure = settings.address.startswith("https:")
        hosts = LOOPBACK | {urlsplit(settings.address).hostname or ""}
        if settings.header is not None:
            cookie = Cookie(_name(folder), 365 * DAY, is_secure)
            door = HeaderDoor(settings.header, cookie)
            return cls(Sessions(folder / SESSIONS), cookie, door, hosts, settings.address)
        assert settings.oidc is not None  # noqa: S101 - the settings have one of the two
        return _by_sign_in(folder, settings.address, settings.oidc)

    @property
    def guards(self) -> list[Middleware]:
        """What a request passes before its page, in this order."""
        return [
            Middleware(KnownHosts, hosts=self.hosts),
            Middleware(OwnOrigin, address=self.address),
            Middleware(Known, door=self.door, cookie=self.cookie),
            Middleware(SmallBodies),
            Middleware(OwnForms),
            *([Middleware(OnlyReading)] if self.is_read_only else []),
        ]

    @property
    def hands_out_links(self) -> bool:
        """Whether people come by a link."""
        return isinstance(self.door, LinkDoor)

    def link(self, name: str, *, is_host: bool = False) -> str:
        """An address below the room's that lets one browser in under a name, once."""
        return f"/enter?token={self.sessions.link(name, is_host=is_host)}"

    def keep(self, answer: Response, secret: str) -> Response:
        """An answer that leaves the secret of a session with the browser; a blank one is forgotten."""
        answer.headers.append("set-cookie", self.cookie.header(secret))
        return answer


def _name(folder: Path) -> str:
    """A cookie goes to every port of a host, so that rooms of two folders need two names."""
    return f"allocopt-{sha256(str(folder.resolve()).encode()).hexdigest()[:8]}"


def _by_sign_in(folder: Path, address: str, oidc: OidcProvider) -> Access:
    from allocopt.review.access.sign_in import CALLBACK, SignIn  # noqa: PLC0415 - an extra

    lasts = round(oidc.hours * 3600)
    cookie = Cookie(_name(folder), lasts, address.startswith("https:"))
    sessions = Sessions(folder / SESSIONS, timedelta(seconds=lasts))
    brief = replace(cookie, name=f"{cookie.name}-sign-in", lasts=600, is_strict=False)
    sign_in = SignIn(oidc, secret_of(oidc), address + CALLBACK, brief)
    hosts = LOOPBACK | {urlsplit(address).hostname or ""}
    return Access(sessions, cookie, SignInDoor(sessions, cookie), hosts, address, sign_in)
