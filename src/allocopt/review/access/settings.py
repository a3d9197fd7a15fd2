"""Settings: the file that says who comes into a room from other machines, and how they are known."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from allocopt.config.validation import read_settings
from allocopt.config.values import Names, Positive, Section
from allocopt.errors import ConfigError
from allocopt.review.access.hosts import LOOPBACK
from allocopt.yaml_source import Place, read_yaml

_VARIABLE = re.compile(r"\$\{(\w+)\}")
_HEADER = re.compile(r"[A-Za-z0-9-]+")


def _secure(address: str) -> str:
    """An address whose requests nobody can read: https, or this machine."""
    parts = urlsplit(address)
    is_own = parts.scheme == "http" and parts.hostname in LOOPBACK
    if not parts.hostname or not (parts.scheme == "https" or is_own):
        raise ValueError("expected an address such as https://plans.example.com")
    return address.rstrip("/")


def _without_path(address: str) -> str:
    if urlsplit(address).path not in ("", "/"):
        raise ValueError("expected an address without a path: the room is the whole of a host")
    return address


def _networks(names: tuple[str, ...]) -> tuple[str, ...]:
    for name in names:
        try:
            ip_network(name, strict=False)
        except ValueError:
            raise ValueError(
                f"expected addresses such as 10.0.0.5 or 10.0.0.0/24, not {name!r}"
            ) from None
    if not names:
        raise ValueError("expected the address of the proxy")
    return names


def _header_name(name: str) -> str:
    if not _HEADER.fullmatch(name):
        raise ValueError("expected the name of a header, such as X-Forwarded-User")
    return name


def _from_environment(text: str) -> str:
    if text and not _VARIABLE.fullmatch(text):
        raise ValueError("expected the name of a variable, such as ${OIDC_SECRET}, not a secret")
    return text


class TrustedHeader(Section):
    """A proxy before the room that knows people, and names them in a header."""

    name: Annotated[str, AfterValidator(_header_name)] = Field(description="The header.")
    proxies: Annotated[Names, AfterValidator(_networks)] = Field(
        description="Addresses or networks whose word is taken; all others are refused."
    )


class OidcProvider(Section):
    """An OpenID provider at which people sign in."""

    issuer: Annotated[str, AfterValidator(_secure)] = Field(description="Its address.")
    client_id: str = Field(description="What it calls the room.")
    client_secret: Annotated[str, AfterValidator(_from_environment)] = Field(
        default="", description="${NAME} of the environment variable that holds it; blank = none."
    )
    claim: str = Field(default="preferred_username", description="What of a person is the name.")
    scopes: Names = Field(default=("openid", "profile"), description="What is asked for.")
    hours: Positive = Field(default=12.0, description="How long a sign-in lasts. [h]")


class AccessSettings(Section):
    """Who comes in from other machines."""

    address: Annotated[str, AfterValidator(_secure), AfterValidator(_without_path)] = Field(
        description="What people type to come to the room, such as https://plans.example.com."
    )
    header: TrustedHeader | None = Field(default=None, description="A proxy that knows people.")
    oidc: OidcProvider | None = Field(default=None, description="Where people sign in.")

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.header is None) == (self.oidc is None):
            raise ValueError("expected one of `header` and `oidc`: one way to know people")
        return self


def read_access(file: Path) -> AccessSettings:
    """The settings of a file.

    Raises:
        ConfigError: all that is wrong in it, with file:line:column.
    """
    source = read_yaml(file)
    if not source.data:
        raise ConfigError([Place(file.name).problem("is empty", expected="address: https://…")])
    return read_settings(source, AccessSettings)


def secret_of(provider: OidcProvider, environment: Mapping[str, str] = os.environ) -> str:
    """The client's secret; blank where there is none.

    Raises:
        ConfigError: its variable is not set.
    """
    found = _VARIABLE.fullmatch(provider.client_secret)
    if found is None:
        return ""
    if not environment.get(found[1]):
        place = Place("oidc.client_secret")
        message = f"the environment variable {found[1]} is not set"
        raise ConfigError([place.problem(message, mend=f"export {found[1]}=… before starting")])
    return environment[found[1]]
