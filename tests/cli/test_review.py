"""`allocopt review`: what the room is opened on, and how it is left."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from support_command import allocopt
from support_store import plan_folder

from allocopt.review.opening import (
    Subject,
    alone_in,
    subject_of,
    version_to_open,
    working_folder,
)
from allocopt.store import approve, make_move, open_store, publish, save_version
from allocopt.store.states import Move

TWO_REPS = Path(__file__).parents[2] / "scenarios" / "two_reps"


@contextmanager
def room_on(
    *arguments: object, folder: Path, **environment: str
) -> Iterator[subprocess.Popen[str]]:
    """The command at work in a folder, on any free port; ended at the latest afterwards."""
    command = [sys.executable, "-m", "allocopt", "review", "--port", "0", "--no-browser"]
    process = subprocess.Popen(
        [*command, *map(str, arguments)],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": ":".join(filter(None, sys.path)), **environment},
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def opened(address: str, cookie: str = "") -> tuple[str, str]:
    """The page of an address, and the cookie that comes with it."""
    asked = urllib.request.Request(address, headers={"Cookie": cookie})  # noqa: S310 - our own
    with urllib.request.urlopen(asked) as page:  # noqa: S310
        return page.read().decode(), (page.headers["Set-Cookie"] or "").partition(";")[0]


def test_room_on_a_scenario_is_solved_entered_ended_and_opened_again(tmp_path: Path) -> None:
    with room_on(TWO_REPS, "--as", "ann", folder=tmp_path, ALLOCOPT_STORE="off") as process:
        assert process.stdout is not None
        link = process.stdout.readline().strip()
        base = link.partition("/enter")[0]
        _, cookie = opened(link)
        page, _ = opened(base, cookie)
        assert "two_reps/1" in page
        with pytest.raises(urllib.error.HTTPError, match="403"):
            opened(link)
        process.send_signal(signal.SIGINT)
        _, talk = process.communicate(timeout=60)
        assert process.returncode == 0
        assert "The room is closed." in talk
        assert "Traceback" not in talk
    assert (tmp_path / "plans" / "review" / "store.sqlite").exists()
    # Without any argument it opens on what was stored last, and knows the browser of before.
    with room_on(folder=tmp_path, ALLOCOPT_STORE="off", ALLOCOPT_USER="bob") as again:
        assert again.stdout is not None
        base = again.stdout.readline().partition("/enter")[0]
        assert "two_reps/1" in opened(base, cookie)[0]
        again.send_signal(signal.SIGTERM)
        again.communicate(timeout=60)
        assert again.returncode == 0


def test_process_of_the_room_takes_neither_arrow_nor_the_solver_in(tmp_path: Path) -> None:
    code = """
import sys, uvicorn
from allocopt.cli import main
heavy = ("pyarrow.lib", "pyomo", "highspy", "sklearn", "allocopt.forecasting")
uvicorn.Server.run = lambda *_: print(*["heavy", *(n for n in heavy if n in sys.modules)])
main(["review", sys.argv[1], "--port", "0"])
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(plan_folder(tmp_path / "plan"))],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=True,
        env={**os.environ, "PYTHONPATH": ":".join(filter(None, sys.path))},
    )
    assert done.stdout.split() == ["heavy"]


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["--host", "0.0.0.0"], 2, "--access FILE"),  # noqa: S104 - refused
        (["--host", "192.168.1.5"], 2, "--access FILE"),
        (["--access", "nowhere.yaml"], 2, "nowhere.yaml"),
        (["empty"], 2, "neither a plan nor a scenario"),
        (["demo/7"], 1, "no plan is stored"),
        ([], 1, "no plan is stored"),
        (["some.sqlite", "--store", "other.sqlite"], 2, "names another one"),
        (["some.sqlite"], 1, "no plan is stored"),
    ],
    ids=str,
)
def test_what_cannot_be_opened_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], code: int, told: str
) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ALLOCOPT_STORE", raising=False)
    run = allocopt("review", *arguments, "--no-browser")
    assert run.exit_code == code
    assert told in run.stderr
    assert run.stdout == ""


def test_mistake_in_the_access_file_is_told_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "access.yaml").write_text("address: plans.example.com\n")
    run = allocopt("review", "--access", tmp_path / "access.yaml")
    assert run.exit_code == 1
    assert "access.yaml:1:10" in run.stderr


def test_missing_extra_is_told_with_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("allocopt.cli.review.WEB", ("starlette", "no_such_library"))
    run = allocopt("review")
    assert run.exit_code == 1
    assert "pip install 'allocopt[web]'" in run.stderr


def test_port_that_is_taken_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        run = allocopt("review", plan_folder(tmp_path / "plan"), "--port", port, "--no-browser")
    assert run.exit_code == 1
    assert "--port" in run.stderr


def test_scenario_that_cannot_be_solved_opens_no_room(tmp_path: Path) -> None:
    (tmp_path / "scenario.yaml").write_text("qouta: {}\n")
    run = allocopt("review", tmp_path)
    assert run.exit_code == 1


def test_two_servers_do_not_share_a_folder(tmp_path: Path) -> None:
    with alone_in(tmp_path), pytest.raises(Exception, match="open on"), alone_in(tmp_path):
        raise AssertionError("both have it")
    with alone_in(tmp_path):
        assert list(tmp_path.iterdir())


def test_room_opens_with_what_was_published_last_else_with_what_was_saved_last(
    tmp_path: Path,
) -> None:
    store = open_store(tmp_path / "store.sqlite")
    ids = [
        save_version(
            store, plan_folder(tmp_path / f"{k}", k), author="ann", reason="r", anyway=True
        ).version.id
        for k in (1, 2, 3)
    ]
    assert version_to_open(store).id == ids[2]
    make_move(store, ids[1], Move.SUBMIT, user="ann")
    approve(store, ids[1], user="mia")
    publish(store, ids[1], user="mia")
    assert version_to_open(store).id == ids[1]


def test_what_is_named_is_told_apart(tmp_path: Path) -> None:
    plan = plan_folder(tmp_path / "plan")
    shutil.copytree(TWO_REPS, tmp_path / "scenario")
    (tmp_path / "book.xlsx").touch()
    (tmp_path / "mine.sqlite").touch()
    named = {
        str(plan): Subject.PLAN,
        str(tmp_path / "scenario"): Subject.SCENARIO,
        str(tmp_path / "book.xlsx"): Subject.SCENARIO,
        str(tmp_path / "mine.sqlite"): Subject.STORE,
        "not_there_yet.sqlite": Subject.STORE,
        "postgresql://host/database": Subject.STORE,
        "${STORE}": Subject.STORE,
        "regional/3": Subject.VERSION,
        str(tmp_path): None,
    }
    assert {text: subject_of(text) for text in named} == named


def test_room_works_beside_its_store(tmp_path: Path) -> None:
    usual = Path("plans")
    assert working_folder("plans/store.sqlite", usual) == Path("plans/review")
    assert working_folder(str(tmp_path / "mine.sqlite"), usual) == tmp_path / "mine-review"
    places = {working_folder(f"postgresql://{host}/plans", usual) for host in ("one", "two")}
    assert len(places) == 2
    assert {place.parent for place in places} == {usual}
