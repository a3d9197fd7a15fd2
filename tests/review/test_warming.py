"""Warming: what the first pages need is there before they are asked for, and answers are sent at once."""

from __future__ import annotations

import asyncio
import socket
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from support_room import browser_in

from allocopt.documents.facts import Facts
from allocopt.documents.language.voice import voice_of
from allocopt.review.drafts import Change
from allocopt.review.drafts.kinds.ground import Ground
from allocopt.review.room import Room
from allocopt.review.server import bind
from allocopt.review.shelf import Loaded, Shelf, read_plan
from allocopt.review.voice import room_voice
from allocopt.review.warming import warm
from allocopt.review.what_if.entry import entry
from allocopt.review.what_if.typed import NOTHING


def test_first_page_reads_no_plan_after_warming(room: Room) -> None:
    read: list[Path] = []

    def noted(folder: Path) -> Loaded:
        read.append(folder)
        return read_plan(folder)

    warmed = replace(room, shelf=Shelf(read=noted))
    warm(warmed, "ann")
    assert len(read) == 1
    with browser_in(warmed) as browser:
        assert browser.get("/plans/valley/1/territories").status_code == 200
    assert len(read) == 1


def test_version_that_is_not_there_keeps_no_room_from_opening(room: Room) -> None:
    warm(replace(room, start="valley/9"), "ann")
    with browser_in(room) as browser:
        assert browser.get("/plans/valley/9/opening").status_code == 404


def test_small_answers_wait_for_no_acknowledgement() -> None:
    delays: list[int] = []

    def heard(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        accepted = writer.get_extra_info("socket")
        delays.append(accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        writer.close()

    async def one_connection(listening: socket.socket) -> None:
        async with await asyncio.start_server(heard, sock=listening):
            reader, writer = await asyncio.open_connection(*listening.getsockname())
            await reader.read()
            writer.close()

    with closing(bind("127.0.0.1", 0)) as listening:
        asyncio.run(one_connection(listening))
    assert delays != [0]
    assert len(delays) == 1


def test_kinds_of_changes_follow_the_changes_that_are_made(facts: Facts) -> None:
    locked = Change("lock", {"unit": "U1", "rep": "Bob"})
    voice = room_voice("en", "EUR")
    assert "unlock" not in _offered(Ground(facts, voice, "analyst"))
    assert "unlock" in _offered(Ground(facts, voice, "analyst", changes=(locked,)))
    assert "unlock" not in _offered(Ground(facts, voice, "analyst"))


def _offered(ground: Ground) -> set[str]:
    found = entry(ground, "", NOTHING)
    assert found is not None
    return {option["value"] for group in found["groups"] for option in group["options"]}


def test_branch_that_somebody_changes_stays_as_it_is_for_others() -> None:
    say = voice_of("en", "EUR").say
    before = dict(say.branch("format"))
    say.branch("format").clear()
    assert say.branch("format") == before
    assert before
