"""Assets: the style sheet, the scripts and the icon, under addresses that change with what is in them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

FOLDER = Path(__file__).parent / "static"
# A browser keeps what has its own mark, and asks each time whether anything else has changed.
FOREVER, ASK = "public, max-age=31536000, immutable", "no-cache"


@lru_cache
def addresses() -> Mapping[str, str]:
    """The address of each file, by its name; the mark in it is made from what is in the file."""
    return MappingProxyType(
        {file.name: f"/static/{file.name}?v={_mark(file)}" for file in FOLDER.iterdir()}
    )


def _mark(file: Path) -> str:
    return sha256(file.read_bytes()).hexdigest()[:12]


class Assets(StaticFiles):
    """Answers requests for the files."""

    def __init__(self) -> None:
        super().__init__(directory=FOLDER)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """A file, and how long a browser may keep it."""
        answer = await super().get_response(path, scope)
        asked = f"/static/{path}?{scope['query_string'].decode('latin-1')}"
        is_marked = answer.status_code in (200, 304) and asked == addresses().get(path)
        answer.headers["Cache-Control"] = FOREVER if is_marked else ASK
        return answer
