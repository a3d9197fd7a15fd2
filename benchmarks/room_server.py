"""The server of `review_room.py`: a room in a process of its own, which imports nothing else.

It is driven by lines: who may come in, and which changes a browser asks about.
"""

# ruff: noqa: E402 - what is imported first decides how small the process stays

from __future__ import annotations

import json
import sys
from pathlib import Path
from threading import Thread

from allocopt.cli.review import stay_small

stay_small()

from allocopt.review.access import Access
from allocopt.review.application import application
from allocopt.review.desk import Bounds, Desk
from allocopt.review.drafts import Change, Drafts
from allocopt.review.room import Room
from allocopt.review.server import address_of, bind
from allocopt.review.server import serve as answer_requests
from allocopt.review.warming import warm
from allocopt.store import open_store, save_version


def serve(plan: Path, folder: Path, jobs: int | None) -> None:
    """Answer requests in a room, and lines of JSON on stdin."""
    store = open_store(folder / "store.sqlite")
    version = save_version(store, plan, author="ann", reason="first", anyway=True).version.id
    room = Room(store, folder, Drafts(folder / "what-ifs"), version)
    access = Access.by_link(folder)
    desk = Desk(folder / "desk.log", Bounds(jobs=jobs))
    listening = bind("127.0.0.1", 0)

    def talk() -> None:
        for line in sys.stdin.buffer:
            print(json.dumps(_answered(json.loads(line))), flush=True)

    def _answered(message: dict[str, object]) -> dict[str, object]:
        if "link" in message:
            return {"link": access.link(str(message["link"]))}
        if "cookie" in message:
            visitor = access.sessions.visitor(str(message["cookie"]))
            if visitor is None:
                raise ValueError("this cookie is no session's")
            draft = room.drafts.open(visitor, version)
            changes = [Change("setting", {"setting": one}) for one in message["settings"]]
            room.drafts.update(draft.id, lambda one: one.cleared())
            for change in changes:
                room.drafts.update(draft.id, lambda one, made=change: one.with_change(made))
            return {"draft": draft.id, "csrf": visitor.csrf}
        if "answer" in message:
            answer = room.drafts.get(str(message["answer"])).answer
            return {"state": "" if answer is None else answer.state}
        return {"address": address_of(listening), "version": version}

    Thread(target=talk, daemon=True).start()
    Thread(target=warm, args=(room, "ann"), daemon=True).start()
    answer_requests(
        application(room, access, desk), listening, lambda: desk.open(room.folder_of(version))
    )


if __name__ == "__main__":
    serve(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]) or None)
