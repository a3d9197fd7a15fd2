"""Cookie: what a browser keeps to be known again."""

from __future__ import annotations

from dataclasses import dataclass
from http.cookies import SimpleCookie

from starlette.requests import HTTPConnection


@dataclass(frozen=True)
class Cookie:
    """A cookie that only the server reads and that no other site's request brings.

    `lasts` is in seconds. One that is not strict also comes with a link that is followed from another site.
    """

    name: str
    lasts: int
    is_secure: bool = False
    is_strict: bool = True

    @property
    def full_name(self) -> str:
        """Over https no other host, however near, can set a cookie of this name (RFC 6265bis)."""
        return f"__Host-{self.name}" if self.is_secure else self.name

    def of(self, asked: HTTPConnection) -> str:
        """What a browser sends back; blank where it sends nothing."""
        return asked.cookies.get(self.full_name, "")

    def header(self, value: str) -> str:
        """The header `Set-Cookie` that leaves a value with the browser; a blank one is forgotten."""
        jar: SimpleCookie = SimpleCookie({self.full_name: value})
        kept = jar[self.full_name]
        kept["path"], kept["httponly"], kept["secure"] = "/", True, self.is_secure
        kept["samesite"] = "Strict" if self.is_strict else "Lax"
        kept["max-age"] = self.lasts if value else 0
        return kept.OutputString()
