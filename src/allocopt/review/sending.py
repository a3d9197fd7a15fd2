"""Sending: what a browser sends with a form is done, or the form is shown again with the reason at it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from allocopt.documents.blocks import Block, bullets, prose
from allocopt.documents.language.voice import Voice
from allocopt.errors import AllocoptError, NotAllowed, StoreConflict
from allocopt.review.asking import Asking, asking_of
from allocopt.review.drawing import draw
from allocopt.review.entered import Entered
from allocopt.review.frame import frame_of
from allocopt.review.panels import Screen, panel
from allocopt.review.refusals import refusal
from allocopt.review.screens import SCREENS

Given = Mapping[str, str]
WRONG, FORBIDDEN, CONFLICT = 422, 403, 409
# Fields that people write sentences into.
TYPED = ("words", "reason", "text", "why", "what", "note", "title")


class Wrong(Exception):  # noqa: N818 - a mistake of whoever typed it
    """A field that cannot be used as it is; the sentence says what was expected there."""

    def __init__(self, field: str, sentence: str) -> None:
        self.field, self.sentence = field, sentence
        super().__init__(sentence)


@dataclass(frozen=True)
class Form:
    """A form of a screen: its name, the field that refusals stand at, and what is done with it.

    `act` gives the address to go on to.
    """

    name: str
    screen: str
    field: str
    act: Callable[[Asking, Given], str]

    async def answer(self, request: Request) -> Response:
        """Do what is asked, and go on; else show the screen again with all that was typed."""
        async with request.form() as sent:
            given = {name: str(value) for name, value in sent.items()}
        return await run_in_threadpool(self._answer, request, given)

    def _answer(self, request: Request, given: Given) -> Response:
        asking = asking_of(request)
        if asking.presenting:
            return self._again(
                asking, given, asking.voice.say("review.meeting.presenting"), FORBIDDEN
            )
        try:
            return RedirectResponse(self.act(asking, given), 303)
        except Wrong as wrong:
            return self._again(asking, given, wrong.sentence, WRONG, wrong.field)
        except AllocoptError as error:
            facts = asking.view().facts
            sentence = refusal(error, asking.record, facts, asking.voice)
            since = error.since if isinstance(error, StoreConflict) else ()
            return self._again(asking, given, sentence, _status(error), since=since)

    def _again(
        self,
        asking: Asking,
        given: Given,
        sentence: str,
        status: int,
        field: str = "",
        since: tuple[str, ...] = (),
    ) -> Response:
        entered = Entered(self.name, given, sentence, field or self.field, since)
        view = replace(asking.view(), entered=entered)
        asking = replace(asking, here=f"{view.address}/{self.screen}")
        made = _with_sentence(SCREENS[self.screen](view), entered, asking.voice)
        frame = frame_of(asking, view, self.screen)
        return HTMLResponse(draw("review/screen.html.j2", {**frame, "screen": made}), status)


def routes_of(forms: Iterable[Form]) -> tuple[Route, ...]:
    """The addresses to which forms are sent, below that of their version."""
    at = "/plans/{scenario:path}/{number:int}"
    return tuple(Route(f"{at}/{form.name}", form.answer, methods=["POST"]) for form in forms)


def _with_sentence(screen: Screen, entered: Entered, voice: Voice) -> Screen:
    """The screen; a form that is not there any more has its sentence, and what was typed, above all."""
    if any(_is_form(block, entered.form) for one in screen["panels"] for block in one["blocks"]):
        return screen
    typed = [text for name, text in entered.values.items() if name in TYPED and text.strip()]
    told = [prose([entered.sentence]), bullets(typed, voice.say("review.meeting.typed"))]
    first = panel("refused", voice.say("review.message.not_done"), told)
    return {**screen, "panels": [first, *screen["panels"]]}


def _is_form(block: Block, name: str) -> bool:
    if block["kind"] == "fold":
        return any(_is_form(one, name) for one in block["blocks"])
    return bool(block["kind"] == "form" and block["id"] == name)


def _status(error: AllocoptError) -> int:
    if isinstance(error, StoreConflict):
        return CONFLICT
    return FORBIDDEN if isinstance(error, NotAllowed) and error.cause == "role" else WRONG


def needed(given: Given, name: str, asking: Asking, most: int = 4000) -> str:
    """A text that must be there.

    Raises:
        Wrong: it is not, or is too long.
    """
    text = limited(given, name, asking, most)
    if not text:
        raise Wrong(name, asking.voice.say("review.meeting.wrong.needed"))
    return text


def limited(given: Given, name: str, asking: Asking, most: int = 4000) -> str:
    """A text of at most so many letters, without blanks around it.

    Raises:
        Wrong: it is longer.
    """
    text = given.get(name, "").strip()
    if len(text) > most:
        show = asking.voice.show
        told = {"most": show.number(most), "given": show.number(len(text))}
        raise Wrong(name, asking.voice.say("review.meeting.wrong.long", **told))
    return text
