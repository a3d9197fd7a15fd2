"""Documents that are ordered from the page: which, about what, for whose eyes, as a file."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from support_meeting import OwnDesk, ask, errors, send
from support_room import ADDRESS, browser_in

from allocopt.documents.writers import pdf
from allocopt.review.orders import Orders
from allocopt.review.room import Room
from allocopt.store import save_as, save_version

ORDER = {"kind": "annual", "about": "company", "language": "en", "form": "md", "reader": ""}


@pytest.fixture
def desk(client: TestClient) -> OwnDesk:
    """A desk of the browser's room that writes at once."""
    client.app.state.desk = OwnDesk()  # type: ignore[attr-defined]
    return client.app.state.desk  # type: ignore[attr-defined,no-any-return]


@pytest.mark.usefixtures("desk")
def test_document_is_ordered_written_and_loaded_down(client: TestClient) -> None:
    east = {"kind": "territory", "about": "territory=East", "language": "zh-CN"}
    for asked, name, title in (
        ({}, "annual.en.md", "# Valley 2026"),
        ({"kind": "rep", "about": "rep=Ann"}, "rep.Ann.en.md", "# Ann Archer"),
        (east, "territory.East.zh-CN.md", "# East bank"),
    ):
        ordered = send(client, "documents", **{**ORDER, **asked})
        assert ordered.status_code == 303
        page = client.get(ordered.headers["location"])
        assert "refresh" not in page.headers
        address = f"{ordered.headers['location']}/file"
        assert f'href="{address}"' in page.text
        file = client.get(address)
        assert file.headers["content-disposition"] == f'attachment; filename="valley-1.{name}"'
        assert title in file.text


@pytest.mark.usefixtures("desk")
def test_name_of_a_file_is_kept_in_chinese(
    room: Room, client: TestClient, solved: Path, tmp_path: Path
) -> None:
    save_as(room.store, solved, "华东 计划", author="ann", reason="r")
    ordered = send(client, "documents", "/plans/华东 计划/1", **ORDER)
    file = client.get(f"{ordered.headers['location']}/file")
    told = file.headers["content-disposition"]
    assert told.startswith("attachment; filename*=utf-8''%E5%8D%8E%E4%B8%9C_")


@pytest.mark.usefixtures("desk")
def test_answer_to_a_what_if_has_documents_too(
    room: Room, client: TestClient, poorer: Path
) -> None:
    ask(room, client, poorer)
    page = client.get(f"{ADDRESS}/documents").text
    assert '<option value="options"' in page
    ordered = send(client, "documents", **{**ORDER, "kind": "options"})
    text = client.get(f"{ordered.headers['location']}/file").text
    assert "Answer to the what-if" in text
    assert "valley/1" in text


@pytest.mark.usefixtures("desk")
def test_what_cannot_be_written_is_told_at_its_field(room: Room, client: TestClient) -> None:
    for name, asked, sentence in (
        ("kind", "rep", "This kind of document is about something else."),
        ("about", "rep=Nobody", "The plan has no such thing."),
        ("about", "nonsense", "The plan has no such thing."),
        ("kind", "closing", "Choose from the list."),
        ("form", "../../x", "Choose from the list."),
        ("reader", "boss", "Choose from the list."),
    ):
        told = send(client, "documents", **{**ORDER, name: asked})
        assert told.status_code == 422
        assert errors(told)[0].startswith(sentence)
    assert Orders(room.folder / "documents").of("ann", "valley/1") == ()


@pytest.mark.usefixtures("desk")
def test_failure_of_a_document_is_told_in_its_row(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "find_browser", lambda: None)
    monkeypatch.setattr(pdf, "load_weasyprint", lambda: None)
    ordered = send(client, "documents", **{**ORDER, "form": "pdf"})
    page = client.get(ordered.headers["location"]).text
    assert "not written: a PDF is printed by WeasyPrint" in page
    assert client.get(f"{ordered.headers['location']}/file").status_code == 404


def test_viewer_gets_no_document_for_other_eyes_and_none_of_somebody_else(
    room: Room, solved: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(solved, tmp_path / "ruled")
    settings = folder / "inputs" / "scenario.yaml"
    rules = "\napproval:\n  roles: {ann: analyst, vera: viewer}\n"
    settings.write_text(settings.read_text(encoding="utf-8") + rules, encoding="utf-8")
    save_version(room.store, folder, author="ann", reason="with roles")
    at = "/plans/valley/2"
    with browser_in(room, "ann") as ann, browser_in(room, "vera") as vera:
        ann.app.state.desk = vera.app.state.desk = OwnDesk()  # type: ignore[attr-defined]
        refused = send(vera, "documents", at, **{**ORDER, "reader": "analyst"})
        assert (refused.status_code, errors(refused)) == (422, ["Choose from the list."])
        own = send(vera, "documents", at, **ORDER).headers["location"]
        full = send(ann, "documents", at, **ORDER).headers["location"]
        assert "Contribution" in ann.get(f"{full}/file").text
        assert "Contribution" not in vera.get(f"{own}/file").text
        assert vera.get(f"{full}/file").status_code == 404
        assert ann.get(f"{own}/file").status_code == 404


@pytest.mark.usefixtures("desk")
def test_order_that_the_server_did_not_live_to_write_says_so(
    room: Room, client: TestClient
) -> None:
    ordered = send(client, "documents", **ORDER).headers["location"]
    orders = Orders(room.folder / "documents")
    (made,) = orders.of("ann", "valley/1")
    orders.keep(replace(made, state="waiting"))
    page = client.get(ordered)
    assert "the server ended in between" in page.text
    assert "refresh" not in page.headers
