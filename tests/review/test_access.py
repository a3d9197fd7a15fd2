"""Who comes into the room, and what a request must be before a page answers it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from support_room import ADDRESS, browser_in

from allocopt.review.access import Access
from allocopt.review.access.bodies import FORM, SmallBodies
from allocopt.review.access.refused import Refused
from allocopt.review.access.sessions import Sessions
from allocopt.review.application import application
from allocopt.review.room import Room
from allocopt.review.voice import room_voice

HERE = "http://127.0.0.1"
FOLLOWED = {
    "Sec-Fetch-Site": "cross-site",
    "Sec-Fetch-Mode": "navigate",
    "Sec-Fetch-Dest": "document",
}


def stranger(room: Room, access: Access | None = None) -> TestClient:
    """A browser that nobody has let in."""
    return TestClient(application(room, access or Access.by_link(room.folder)), base_url=HERE)


def test_stranger_sees_nothing_of_the_plan(room: Room) -> None:
    answer = stranger(room).get(f"{ADDRESS}/plan")
    assert answer.status_code == 403
    assert "allocopt review" in answer.text
    assert "Valley" not in answer.text


def test_link_lets_one_browser_in_and_no_second(room: Room) -> None:
    access = Access.by_link(room.folder)
    link = access.link("ann")
    first, second = stranger(room, access), stranger(room, access)
    assert first.get(link).status_code == 200
    assert first.get(f"{ADDRESS}/plan").status_code == 200
    refused = second.get(link)
    assert refused.status_code == 403
    assert "used already" in refused.text
    assert second.get(f"{ADDRESS}/plan").status_code == 403
    # Who is in already, and follows the link again from the history, goes on.
    assert first.get(link).status_code == 200


def test_cookie_is_for_the_server_and_this_site_only(room: Room) -> None:
    access = Access.by_link(room.folder)
    told = stranger(room, access).get(access.link("ann")).headers["set-cookie"]
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(told.split("; "))


def test_browser_is_known_after_the_server_began_again(room: Room) -> None:
    access = Access.by_link(room.folder)
    before = stranger(room, access)
    before.get(access.link("ann"))
    after = stranger(room, Access.by_link(room.folder))
    after.cookies = before.cookies
    assert after.get(f"{ADDRESS}/plan").status_code == 200


def test_file_of_the_sessions_lets_nobody_in(tmp_path: Path) -> None:
    sessions = Sessions(tmp_path / "sessions.json")
    secret = sessions.begin("ann")
    text = (tmp_path / "sessions.json").read_text()
    assert secret not in text
    assert sessions.visitor(next(iter(json.loads(text)))) is None
    assert (tmp_path / "sessions.json").stat().st_mode & 0o777 == 0o600
    assert Sessions(tmp_path / "sessions.json").visitor(secret) == sessions.visitor(secret)


def test_session_ends_after_its_time_and_when_its_browser_leaves(tmp_path: Path) -> None:
    days = [datetime(2026, 1, 1, tzinfo=UTC)]
    sessions = Sessions(tmp_path / "s.json", timedelta(days=30), now=lambda: days[-1])
    secret, other = sessions.begin("ann"), sessions.begin("bob")
    sessions.end(other)
    assert sessions.visitor(other) is None
    days.append(days[0] + timedelta(days=30))
    assert sessions.visitor(secret) is not None
    days.append(days[0] + timedelta(days=31))
    assert sessions.visitor(secret) is None


@pytest.mark.parametrize("text", ["", "{", "[1]", '{"a": 1}', '{"a": {"b": 2}}'])
def test_damaged_file_of_sessions_lets_nobody_in(tmp_path: Path, text: str) -> None:
    (tmp_path / "s.json").write_text(text)
    assert Sessions(tmp_path / "s.json").visitor("a") is None


def test_two_people_on_one_machine_are_two_visitors(room: Room) -> None:
    ann = browser_in(room, "ann")
    page = ann.post("/invitations", data={"name": "Bob"})
    assert page.status_code == 200
    token = page.text.partition("/enter?token=")[2].partition("<")[0]
    bob = TestClient(ann.app, base_url=HERE)
    assert bob.get(f"/enter?token={token}").status_code == 200
    assert "Bob" in bob.get(f"{ADDRESS}/plan").text
    assert "ann" in ann.get(f"{ADDRESS}/plan").text
    # Names are taken on trust, so only whoever started the room gives them.
    assert bob.get("/invitations").status_code == 403


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8642", 200),
        ("localhost", 200),
        ("[::1]:8642", 200),
        ("evil.example", 421),
        ("127.0.0.1.evil.example", 421),
        ("evil.example@127.0.0.1", 421),
        ("", 421),
    ],
)
def test_only_names_of_this_machine_are_answered(
    client: TestClient, host: str, status: int
) -> None:
    assert client.get(f"{ADDRESS}/plan", headers={"Host": host}).status_code == status


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9999"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
    ids=str,
)
def test_change_from_another_site_is_refused(client: TestClient, headers: dict[str, str]) -> None:
    answer = client.post("/looks", data={"language": "zh-CN"}, headers=headers)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


def test_change_from_a_page_of_the_room_is_done(client: TestClient) -> None:
    headers = {"Origin": HERE, "Sec-Fetch-Site": "same-origin"}
    answer = client.post(
        "/looks", data={"language": "zh-CN"}, headers=headers, follow_redirects=False
    )
    assert answer.status_code == 303
    assert "language=zh-CN" in answer.headers["set-cookie"]


def test_followed_link_is_asked_again_from_here_and_all_else_of_other_sites_is_refused(
    client: TestClient,
) -> None:
    page = client.get(f"{ADDRESS}/plan?period=2026-01", headers=FOLLOWED)
    assert f'content="0; url={ADDRESS}/plan?period=2026-01"' in page.text
    assert "Valley" not in page.text
    framed = {**FOLLOWED, "Sec-Fetch-Dest": "iframe"}
    assert client.get(f"{ADDRESS}/plan", headers=framed).status_code == 403
    fetched = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}
    assert client.get(f"{ADDRESS}/plan", headers=fetched).status_code == 403


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_other_methods_are_refused(client: TestClient, method: str) -> None:
    assert client.request(method, "/looks").status_code == 405


@pytest.mark.parametrize("mark", ["", "wrong", "0" * 64])
def test_form_without_the_mark_of_its_visitor_is_refused(client: TestClient, mark: str) -> None:
    del client.headers["x-csrf-token"]
    answer = client.post("/looks", data={"csrf": mark, "language": "zh-CN"})
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


def test_mark_of_another_visitor_is_refused(room: Room) -> None:
    ann, bob = browser_in(room, "ann"), browser_in(room, "bob")
    del bob.headers["x-csrf-token"]
    answer = bob.post("/looks", data={"csrf": ann.headers["x-csrf-token"]})
    assert answer.status_code == 403


@pytest.mark.parametrize("kind", ["data", "files"])
def test_mark_is_found_in_a_field_of_either_kind_of_form(client: TestClient, kind: str) -> None:
    mark = client.headers.pop("x-csrf-token")
    fields = {"csrf": mark, "language": "zh-CN"}
    sent = {"data": fields, "files": {"file": b"x"} if kind == "files" else None}
    answer = client.post("/looks", follow_redirects=False, **sent)
    assert answer.status_code == 303
    assert "language=zh-CN" in answer.headers["set-cookie"]


def test_form_that_is_too_large_is_refused(client: TestClient) -> None:
    answer = client.post("/looks", data={"language": "x" * FORM})
    assert answer.status_code == 413


def test_length_that_is_a_lie_is_found_out(client: TestClient) -> None:
    parts = (b"x" * 65_536 for _ in range(FORM // 65_536 + 1))
    assert client.post("/looks", content=parts).status_code == 413


def test_body_that_does_not_come_is_not_waited_for() -> None:
    import anyio

    async def never() -> dict[str, object]:
        await anyio.sleep_forever()
        return {}

    async def answer(*_: object) -> None:
        raise AssertionError("it has no body")

    scope = {"type": "http", "method": "POST", "headers": []}
    guard = SmallBodies(answer, seconds=0.01)
    with pytest.raises(Refused) as refused:
        anyio.run(guard, scope, never, answer)
    assert refused.value.status == 408


def test_every_answer_carries_the_headers_that_keep_a_page_in_bounds(client: TestClient) -> None:
    for address in (f"{ADDRESS}/plan", "/nowhere", "/static/review.css", "/enter?token=x"):
        headers = client.get(address).headers
        policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
        assert policy["default-src"] == "'self'"
        assert policy["frame-ancestors"] == "'none'"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cross-origin-opener-policy"] == "same-origin"
    assert client.get(f"{ADDRESS}/plan").headers["cache-control"] == "no-store"


def test_error_is_told_in_the_language_of_the_browser_and_without_its_inside(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("/secret/path")

    monkeypatch.setattr("allocopt.review.routes.screens.asking_of", broken)
    page = client.get(f"{ADDRESS}/plan", headers={"Accept-Language": "zh-TW,zh;q=0.9"})
    assert page.status_code == 500
    assert "程序出错" in page.text
    assert "secret" not in page.text
    fragment = client.get(f"{ADDRESS}/plan", headers={"HX-Request": "true"})
    assert fragment.headers["hx-retarget"] == "#notice"
    assert "<html" not in fragment.text


def test_version_that_is_not_stored_is_a_page_that_is_not_there(client: TestClient) -> None:
    page = client.get("/plans/valley/9/plan")
    assert page.status_code == 404
    assert room_voice("en", "").say("review.refused.nowhere") in unescape(page.text)


def test_room_for_presenting_changes_nothing_but_how_it_looks(room: Room) -> None:
    access = replace(Access.by_link(room.folder), is_read_only=True)
    client = stranger(room, access)
    client.get(access.link("ann"))
    visitor = access.sessions.visitor(client.cookies[access.cookie.name])
    assert visitor is not None
    mark = {"csrf": visitor.csrf}
    refused = client.post(f"{ADDRESS}/comment", data={**mark, "text": "hello"})
    assert refused.status_code == 403
    assert "presenting" in refused.text
    looks = client.post("/looks", data={**mark, "language": "zh-CN"}, follow_redirects=False)
    assert looks.status_code == 303


def test_browser_that_left_is_a_stranger(client: TestClient) -> None:
    assert client.post("/leave").status_code == 200
    assert client.get(f"{ADDRESS}/plan").status_code == 403


def test_files_are_kept_by_the_browser_until_they_change(client: TestClient) -> None:
    page = client.get(f"{ADDRESS}/plan").text
    sheet = page.partition('rel="stylesheet" href="')[2].partition('"')[0]
    assert sheet.startswith("/static/review.css?v=")
    assert "immutable" in client.get(sheet).headers["cache-control"]
    for other in ("/static/review.css", "/static/review.css?v=older"):
        assert client.get(other).headers["cache-control"] == "no-cache"
    assert client.get("/static/../application.py").status_code == 404
