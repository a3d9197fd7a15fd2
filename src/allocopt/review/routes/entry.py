"""The addresses by which people come in, bring others, and leave."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from allocopt.review.access import Access
from allocopt.review.access.refused import Refused
from allocopt.review.address import inside
from allocopt.review.messages import go_on, page
from allocopt.review.visitor import Visitor


async def enter(request: Request) -> Response:
    """Let a browser in by its link; one that is in already goes on, whatever the link."""
    access: Access = request.app.state.access
    token = request.query_params.get("token", "")
    secret = await run_in_threadpool(access.sessions.redeem, token)
    if secret is not None:
        return access.keep(go_on(request, "/"), secret)
    if access.sessions.visitor(access.cookie.of(request)) is not None:
        return go_on(request, "/")
    raise Refused(403, "used")


async def sign_in(request: Request) -> Response:
    """Send a browser to the provider."""
    access: Access = request.app.state.access
    if access.sign_in is None:
        raise Refused(404, "nowhere")
    to = inside(request.query_params.get("to", ""))
    address, kept = await run_in_threadpool(access.sign_in.begin, to)
    answer = RedirectResponse(address, 303)
    answer.headers.append("set-cookie", access.sign_in.cookie.header(kept))
    return answer


async def signed_in(request: Request) -> Response:
    """Let a browser in that comes back from the provider."""
    access: Access = request.app.state.access
    if access.sign_in is None:
        raise Refused(404, "nowhere")
    kept, told = access.sign_in.cookie.of(request), dict(request.query_params)
    name, to = await run_in_threadpool(access.sign_in.end, told, kept)
    secret = await run_in_threadpool(access.sessions.begin, name)
    answer = access.keep(go_on(request, to), secret)
    answer.headers.append("set-cookie", access.sign_in.cookie.header(""))
    return answer


async def leave(request: Request) -> Response:
    """End the session of a browser."""
    access: Access = request.app.state.access
    await run_in_threadpool(access.sessions.end, access.cookie.of(request))
    return access.keep(page(request, "left"), "")


async def invitations(request: Request) -> Response:
    """The form for a link, and a link for who is named in it; whoever started the room hands them out."""
    access: Access = request.app.state.access
    visitor: Visitor = request.state.visitor
    if not visitor.is_host or not access.hands_out_links:
        raise Refused(403, "host_only")
    if request.method != "POST":
        return page(request, "invite", template="invite", csrf=visitor.csrf)
    async with request.form() as form:
        name = str(form.get("name", "")).strip()
    if not name or not name.isprintable():
        raise Refused(400, "name")
    link = f"{request.url.scheme}://{request.url.netloc}{access.link(name)}"
    return page(request, "invited", text=name, link=link)


ROUTES = (
    Route("/enter", enter),
    Route("/sign-in", sign_in),
    Route("/signed-in", signed_in),
    Route("/leave", leave, methods=["POST"]),
    Route("/invitations", invitations, methods=["GET", "POST"]),
)
