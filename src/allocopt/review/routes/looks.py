"""The address at which a browser says how it wants to see the room: the language, and for a projector."""

from __future__ import annotations

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from allocopt.documents.language.messages import languages
from allocopt.review.address import inside
from allocopt.review.asking import LANGUAGE, PART, PRESENTING

# What a browser may choose, and what of it is kept.
CHOICES = {LANGUAGE: languages(), PRESENTING: ("yes", "no")}
A_YEAR = 365 * 24 * 3600


async def choose(request: Request) -> Response:
    """Keep what was chosen in a cookie, and go back to where it was chosen."""
    async with request.form() as form:
        told = {name: str(value) for name, value in form.items()}
    response = RedirectResponse(inside(told.get("back", "")), 303)
    chosen = {name: told[name] for name, allowed in CHOICES.items() if told.get(name) in allowed}
    if PART in told:
        chosen[PART] = quote(told[PART], safe="")
    for name, value in chosen.items():
        response.set_cookie(name, value, max_age=A_YEAR, httponly=True, samesite="lax")
    return response


ROUTES = (Route("/looks", choose, methods=["POST"]),)
