"""Provider: what an OpenID provider says of itself, and of somebody who signed in there.

OpenID Connect Core 1.0, authorisation code flow, with PKCE (RFC 7636) and the checks of RFC 9700: every
answer is bound to one browser by `state`, every token to one question by `nonce`.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any
from urllib.error import URLError
from urllib.parse import quote_plus, urlencode, urlsplit
from urllib.request import Request, urlopen

import jwt

from allocopt.errors import AllocoptError
from allocopt.review.access.hosts import LOOPBACK
from allocopt.review.access.settings import OidcProvider

WELL_KNOWN = "/.well-known/openid-configuration"
# Signatures that only the provider can make; one with a shared secret (HS256) anybody could who has it.
SIGNATURES = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
NEEDED = ("exp", "iat", "iss", "aud", "sub")
SECONDS, LEEWAY, MOST_BYTES = 10, 60, 1 << 20


class SignInError(AllocoptError):
    """Nobody could be signed in: what the provider said, or what is wrong with it."""


@dataclass(frozen=True)
class Question:
    """What is asked of the provider once: each of its marks is good for one answer."""

    state: str
    nonce: str
    verifier: str
    to: str

    @property
    def challenge(self) -> str:
        """The verifier as the provider may see it before (S256)."""
        digest = sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


class Provider:
    """An OpenID provider; it is asked for its addresses and keys when somebody signs in first."""

    def __init__(self, settings: OidcProvider, secret: str, callback: str) -> None:
        self._settings, self._secret, self._callback = settings, secret, callback

    def address_for(self, question: Question) -> str:
        """Where a browser is sent to sign in.

        Raises:
            SignInError: the provider does not say, or cannot be reached.
        """
        told = {
            "response_type": "code",
            "client_id": self._settings.client_id,
            "redirect_uri": self._callback,
            "scope": " ".join(dict.fromkeys(("openid", *self._settings.scopes))),
            "state": question.state,
            "nonce": question.nonce,
            "code_challenge": question.challenge,
            "code_challenge_method": "S256",
        }
        address = self._addresses["authorization_endpoint"]
        return f"{address}{'&' if urlsplit(address).query else '?'}{urlencode(told)}"

    def name_of(self, code: str, question: Question) -> str:
        """Who signed in, by the code that the browser brought back.

        Raises:
            SignInError: the code is not good, or the token is not one for this question.
        """
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._callback,
            "client_id": self._settings.client_id,
            "code_verifier": question.verifier,
        }
        told = _fetch(self._addresses["token_endpoint"], form, self._proof)
        claims = self._claims(str(told.get("id_token", "")), question)
        name = claims.get(self._settings.claim)
        if not isinstance(name, str) or not name.strip() or not name.isprintable():
            raise SignInError(f"the provider does not say {self._settings.claim!r} of you")
        return name.strip()

    def _claims(self, token: str, question: Question) -> Mapping[str, Any]:
        settings = self._settings
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                self._keys.get_signing_key_from_jwt(token).key,
                algorithms=list(SIGNATURES),
                audience=settings.client_id,
                issuer=self._addresses["issuer"],
                leeway=LEEWAY,
                options={"require": list(NEEDED)},
            )
        except jwt.PyJWTError as error:
            raise SignInError(f"the provider's token is not valid: {error}") from None
        if claims.get("nonce") != question.nonce:
            raise SignInError("the provider's token answers another question")
        if claims.get("azp", settings.client_id) != settings.client_id:
            raise SignInError("the provider's token is for another program")
        return claims

    @property
    def _proof(self) -> Mapping[str, str]:
        """How the room proves itself (RFC 6749, 2.3.1); a public client has nothing but the verifier."""
        if not self._secret:
            return {}
        pair = f"{quote_plus(self._settings.client_id)}:{quote_plus(self._secret)}"
        return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}

    @cached_property
    def _addresses(self) -> Mapping[str, str]:
        told = _fetch(self._settings.issuer + WELL_KNOWN)
        needed = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")
        if missing := [name for name in needed if not isinstance(told.get(name), str)]:
            raise SignInError(f"{self._settings.issuer} does not say its {missing[0]}")
        if str(told["issuer"]).rstrip("/") != self._settings.issuer:
            raise SignInError(f"{self._settings.issuer} says that it is {told['issuer']}")
        return {name: str(told[name]) for name in needed}

    @cached_property
    def _keys(self) -> jwt.PyJWKClient:
        return jwt.PyJWKClient(_safe(self._addresses["jwks_uri"]), timeout=SECONDS)


def _fetch(
    address: str, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """What an address of the provider answers, as JSON."""
    data = None if form is None else urlencode(form).encode()
    told = {"Accept": "application/json", **(headers or {})}
    asked = Request(_safe(address), data, told)  # noqa: S310 - `_safe` lets only http(s) through
    try:
        with urlopen(asked, timeout=SECONDS) as answer:  # noqa: S310
            found = json.loads(answer.read(MOST_BYTES))
    except (URLError, TimeoutError, ValueError, OSError) as error:
        raise SignInError(f"{address.partition('?')[0]}: {error}") from None
    if not isinstance(found, dict):
        raise SignInError(f"{address.partition('?')[0]} does not answer as expected")
    return found


def _safe(address: str) -> str:
    """An address that may be asked: what is said there is secret, so https or this machine."""
    parts = urlsplit(address)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK):
        return address
    raise SignInError(f"{address} is no address for secrets: expected https")
