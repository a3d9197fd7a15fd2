"""An OpenID provider on this machine, with keys and signatures of its own."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "room", "s:e cret"


def new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65_537, key_size=2048)


@dataclass
class FakeProvider:
    """What the provider says; a test changes what it wants to be said wrongly.

    `claims` replace those of the next token, a None leaves one out; `key` signs it.
    """

    key: rsa.RSAPrivateKey
    issuer: str = ""
    name: str = "李雷"
    claims: dict[str, Any] = field(default_factory=dict)
    algorithm: str = "RS256"
    says: dict[str, Any] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    published: rsa.RSAPublicKey | None = None

    def sign_in(self, address: str) -> str:
        """What a browser comes back with, once the person has signed in at `address`."""
        told = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        self.asked.append(told)
        return f"{urlsplit(told['redirect_uri']).path}?code=c0de&state={told['state']}"

    def configuration(self) -> dict[str, Any]:
        places = {
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
        }
        return {"issuer": self.issuer, **places, **self.says}

    def keys(self) -> dict[str, Any]:
        key = json.loads(
            jwt.algorithms.RSAAlgorithm.to_jwk(self.published or self.key.public_key())
        )
        return {"keys": [{**key, "kid": "one", "use": "sig", "alg": "RS256"}]}

    def token(self, form: dict[str, str], proof: str) -> tuple[int, dict[str, Any]]:
        """A token for a code, for whoever proves to be the room and to have begun (RFC 7636, 4.6)."""
        asked = self.asked[-1]
        digest = base64.urlsafe_b64encode(sha256(form["code_verifier"].encode()).digest())
        pair = base64.b64encode(b"room:s%3Ae+cret").decode()
        if digest.rstrip(b"=").decode() != asked["code_challenge"] or proof != f"Basic {pair}":
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        usual = {"iss": self.issuer, "aud": CLIENT, "sub": "1", "iat": now, "exp": now + 300}
        said = {**usual, "nonce": asked["nonce"], "preferred_username": self.name, **self.claims}
        kept = {name: value for name, value in said.items() if value is not None}
        key = self.key if self.algorithm == "RS256" else "x" * 64
        token = jwt.encode(kept, key, self.algorithm, headers={"kid": "one"})
        return 200, {"access_token": "a", "token_type": "Bearer", "id_token": token}


@contextmanager
def provider_at_work(key: rsa.RSAPrivateKey) -> Iterator[FakeProvider]:
    """A provider that answers on a port of this machine."""
    provider = FakeProvider(key)

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = {
                "/.well-known/openid-configuration": provider.configuration,
                "/keys": provider.keys,
            }
            self._say(200, found[self.path]())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            self._say(*provider.token(form, self.headers.get("Authorization", "")))

        def _say(self, status: int, told: dict[str, Any]) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(told).encode())

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        provider.issuer = f"http://127.0.0.1:{server.server_address[1]}"
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield provider
        server.shutdown()
