"""What is lost or damaged in the room's folder is told, and locks nobody out."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from support_room import ADDRESS

from allocopt.review.access.sessions import Sessions
from allocopt.review.drafts import Answer, Draft
from allocopt.review.drafts import drafts as drafts_module
from allocopt.review.room import Room


def answered(room: Room, client: TestClient, folder: Path) -> Draft:
    """A what-if whose answer is in a folder."""
    change = {"kind": "hours", "rep": "Ann", "hours": "20"}
    client.post(f"{ADDRESS}/changes", data=change).raise_for_status()
    (draft,) = room.drafts.all()
    answer = Answer(draft.revision, "solved", folder, {})
    return room.drafts.update(draft.id, lambda one: replace(one, answer=answer))


@pytest.mark.parametrize("damage", ["gone", "empty", "torn"])
def test_answer_whose_files_are_lost_is_told_and_not_saved(
    room: Room, client: TestClient, solved: Path, tmp_path: Path, damage: str
) -> None:
    folder = tmp_path / "answer"
    if damage == "empty":
        folder.mkdir()
    if damage == "torn":
        shutil.copytree(solved, folder)
        (folder / "assignments.csv").write_text('unit,rep\n"U1')
    draft = answered(room, client, folder)
    for screen in ("plan", "meeting", "versions"):
        page = client.get(f"{ADDRESS}/{screen}")
        assert page.status_code == 200
        assert "lost or damaged" in page.text
    told = {"draft": draft.id, "name": "other", "reason": "try"}
    assert "lost or damaged" in client.post(f"{ADDRESS}/save", data=told).text
    decided = client.post(f"{ADDRESS}/decide", data={"draft": draft.id, "text": "yes"})
    assert decided.status_code == 200


def test_folder_of_a_version_that_was_cleared_away_comes_from_the_store_again(
    room: Room, client: TestClient
) -> None:
    shutil.rmtree(room.folder_of("valley/1"))
    room.shelf.__init__()  # type: ignore[misc]
    assert client.get(f"{ADDRESS}/plan").status_code == 200


@pytest.mark.parametrize("since", ["yesterday", "2026-01-01", 5, None])
def test_damaged_file_of_sessions_lets_nobody_in_and_breaks_nothing(
    tmp_path: Path, since: object
) -> None:
    file = tmp_path / "sessions.json"
    secret = Sessions(file).begin("Ann")
    assert Sessions(file).visitor(secret) is not None
    told = json.loads(file.read_text())
    file.write_text(json.dumps({key: {**one, "since": since} for key, one in told.items()}))
    assert Sessions(file).visitor(secret) is None


def test_what_if_that_is_put_away_meanwhile_is_told(
    room: Room, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = {"kind": "hours", "rep": "Ann", "hours": "20"}
    client.post(f"{ADDRESS}/changes", data=change).raise_for_status()
    (draft,) = room.drafts.all()
    real = room.drafts.update

    def too_late(name: str, change: Any) -> Draft:
        room.drafts.discard(name)
        return real(name, change)

    monkeypatch.setattr(room.drafts, "update", too_late)
    assert client.post(f"/what-ifs/{draft.id}/solve").status_code == 404


@pytest.mark.parametrize("origin", ["http://[", "null", "//", "http://127.0.0.1@evil.example"])
def test_origin_that_is_none_is_refused(client: TestClient, origin: str) -> None:
    refused = client.post("/looks", data={"language": "en"}, headers={"origin": origin})
    assert refused.status_code == 403


def test_full_disk_is_told_and_nothing_is_half_kept(
    room: Room, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_given: object) -> None:
        raise OSError(28, "No space left on device")

    change = {"kind": "hours", "rep": "Ann", "hours": "20"}
    monkeypatch.setattr(drafts_module, "write_atomic", full)
    refused = client.post(f"{ADDRESS}/changes", data=change)
    assert refused.status_code == 507
    assert "could not write to its disk" in refused.text
    assert room.drafts.all() == ()


def test_data_that_a_change_spoils_are_told_in_the_language_of_the_reader(
    client: TestClient,
) -> None:
    client.cookies.set("language", "zh-CN")
    sent = {"kind": "setting", "setting": "override.reps.Ann.hours=-7"}
    refused = client.post(f"{ADDRESS}/changes", data=sent)
    assert refused.status_code == 422
    assert "未通过检查" in refused.text
    assert "-7" in refused.text


def test_version_that_is_not_there_is_told_without_naming_others(client: TestClient) -> None:
    missing = client.get("/plans/hills/1/plan")
    assert missing.status_code == 404
    assert "valley" not in missing.text
