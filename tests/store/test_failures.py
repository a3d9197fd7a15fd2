"""Failures: a full disk, a lost connection, a lock, a wrong place; the plan stays, no secret is told."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import make_url, text
from support_store import plan_folder

from allocopt.errors import AllocoptError, StoreError
from allocopt.store import (
    Store,
    connection,
    list_versions,
    load_version,
    open_store,
    save_version,
    saving,
    verify,
)

CANARY = "c4n@ry/w:rd%"
SOURCES = str(Path(__file__).parents[2] / "src")

# A process that may make no file longer than it has room for now and 40,000 bytes.
FULL_DISK = """
import os, resource, sys
from pathlib import Path
from allocopt.cli.recording import record
place, folder = sys.argv[1:]
room = 40_000 + sum(path.stat().st_size for path in Path(place).parent.glob("store.sqlite*"))
resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
print(record(Path(folder), reason="why", store=place, user="Ann"))
"""


def ids(store: Store) -> list[str]:
    return [version.id for version, _ in list_versions(store)]


def save(store: Store, folder: Path) -> str:
    return save_version(store, folder, author="Ann", reason="why").version.id


@pytest.mark.skipif(sys.platform == "win32", reason="limits of a process are POSIX")
def test_a_full_disk_is_told_and_the_plan_stays_in_its_folder(tmp_path: Path) -> None:
    place = tmp_path / "place" / "store.sqlite"
    save(open_store(place), plan_folder(tmp_path / "first", 1))
    large = os.urandom(1_000_000).hex()
    plan = plan_folder(tmp_path / "second", 2, history=large)
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(place), str(plan)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": SOURCES},
    )
    assert done.stdout == "None\n"
    assert f"Warning: the plan is in {plan} and was not stored as a version" in done.stderr
    assert "no space is left to write to" in done.stderr
    assert f"allocopt plans save {plan} --reason TEXT" in done.stderr
    store = open_store(place)
    assert ids(store) == ["demo/1"]
    assert verify(store).broken == ""
    assert (plan / "inputs" / "history.csv").read_text() == large
    assert save(store, plan) == "demo/2"


def test_a_lost_connection_is_told_and_half_a_version_is_none(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, plan = open_store(server), plan_folder(tmp_path / "plan")
    put = saving.put_content

    def cut(half, *arguments):  # type: ignore[no-untyped-def]
        own = half.scalar(text("select pg_backend_pid()"))
        with store.engine.connect() as other:
            other.execute(text("select pg_terminate_backend(:own)"), {"own": own})
        put(half, *arguments)

    monkeypatch.setattr(saving, "put_content", cut)
    with pytest.raises(StoreError, match=r"the connection was lost \(.*\); run the same"):
        save(store, plan)
    monkeypatch.undo()
    assert ids(store) == []
    assert (plan / "plan.json").exists()
    assert save(store, plan) == "demo/1"
    assert verify(store).broken == ""


def test_waiting_for_another_writer_ends(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = plan_folder(tmp_path / "plan")
    monkeypatch.setattr(connection, "LOCK_SECONDS", 1)
    place = store.address.url.render_as_string(hide_password=False)
    with store.writing():
        second = open_store(place)
        with pytest.raises(StoreError, match="somebody else has been writing for 1 s"):
            save(second, plan)
    assert save(second, plan) == "demo/1"


def test_reading_does_not_wait_for_a_writer(store: Store, tmp_path: Path) -> None:
    save(store, plan_folder(tmp_path / "plan"))
    with store.writing():
        assert ids(store) == ["demo/1"]


def test_a_place_that_holds_something_else_is_told(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("not a database, only words\n" * 100)
    with pytest.raises(StoreError, match="file is not a database"):
        open_store(tmp_path / "notes.txt")
    with pytest.raises(StoreError, match="unable to open database file"):
        open_store(tmp_path)


def test_a_store_that_is_not_there_is_not_made_to_read_it(place: str) -> None:
    with pytest.raises(StoreError, match=r"no plan is stored at .* yet; `allocopt plans save"):
        open_store(place, create=False)
    if "://" not in place:
        assert not Path(place).exists()


@pytest.mark.parametrize(
    ("url", "part"),
    [
        ("postgresql://planner:${CANARY}@127.0.0.1:1/plans", "postgresql://127.0.0.1:1/plans: "),
        ("postgresql://planner:${CANARY}@127.0.0.1:one/plans", "cannot be understood"),
        ("postgresql://planner:${CANARY}@127.0.0.1:1", "is no store"),
        ("postgresql://planner:c4n4ry@127.0.0.1:1/plans", "postgresql://127.0.0.1:1/plans: "),
        ("postgresql://127.0.0.1:1/plans?password=c4n4ry", "postgresql://127.0.0.1:1/plans: "),
        ("mysql://planner:${CANARY}@127.0.0.1/plans", "is no store: expected a file, or"),
        ("${CANARY}", "cannot be understood"),
        ("postgresql://planner:${NO_SUCH_NAME}@127.0.0.1/plans", "NO_SUCH_NAME is not set"),
    ],
)
def test_a_wrong_url_is_told_without_its_secret(url: str, part: str) -> None:
    with pytest.raises(AllocoptError) as caught:
        open_store(url, environment={"CANARY": CANARY})
    assert part in str(caught.value)
    assert "c4n" not in str(caught.value)


def test_no_secret_is_in_a_store_a_plan_or_a_message(server: str, tmp_path: Path) -> None:
    secret = make_url(server).set(password="PLACE").render_as_string(hide_password=False)  # noqa: S106
    url = secret.replace("PLACE", "${CANARY}")
    store = open_store(url, environment={"CANARY": CANARY})
    save(store, plan_folder(tmp_path / "plan"))
    loaded = load_version(store, "demo/1", tmp_path / "out")
    with pytest.raises(StoreError, match="division by zero") as caught, store.writing() as half:
        half.execute(text("select 1 / 0"))
    told = [str(caught.value), repr(caught.value), store.address.shown, repr(store.engine)]
    with store.reading() as reader:
        tables = ("plan_versions", "plan_events", "plan_files")
        told += [str(reader.execute(text(f"select * from {name}")).fetchall()) for name in tables]
    told += [path.read_text() for path in loaded.rglob("*.*")]
    assert not [one for one in told if "c4n" in one]


def test_the_extra_that_is_missing_is_named() -> None:
    code = (
        "import sys; sys.modules['psycopg'] = None\n"
        "from allocopt.errors import StoreError\n"
        "from allocopt.store import open_store\n"
        "try:\n    open_store('postgresql://planner:hidden@db/plans')\n"
        "except StoreError as error:\n    print(error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": SOURCES},
    )
    assert 'pip install "allocopt[pg]"' in done.stdout
    assert "hidden" not in done.stdout
