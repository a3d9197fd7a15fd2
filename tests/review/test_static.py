"""The files that a browser gets: ours are small and ask for nothing outside, others' are what they were."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import allocopt.review

STATIC = Path(allocopt.review.__file__).parent / "static"
VENDORED = json.loads((STATIC / "vendored.json").read_text(encoding="utf-8"))
OWN = {"review.css", "review.js", "icon.svg", "vendored.json"}
# What a style sheet or a script asks a server for.
OUTSIDE = re.compile(r"(?:https?:)?//[a-z0-9-]+\.[a-z]|@import|url\(", re.IGNORECASE)


@pytest.mark.parametrize("entry", VENDORED, ids=lambda entry: entry["file"])
def test_vendored_file_is_the_one_that_was_published(entry: dict[str, str]) -> None:
    assert sha256((STATIC / entry["file"]).read_bytes()).hexdigest() == entry["sha256"]
    assert (STATIC / entry["licence_file"]).read_text(encoding="utf-8").strip()
    assert entry["version"]
    assert entry["licence"]


def test_every_file_is_ours_or_is_accounted_for() -> None:
    told = {entry[key] for entry in VENDORED for key in ("file", "licence_file")}
    assert {file.name for file in STATIC.iterdir()} == OWN | told


@pytest.mark.parametrize("name", ["review.css", "review.js"])
def test_own_files_ask_nothing_of_other_sites(name: str) -> None:
    assert not OUTSIDE.search((STATIC / name).read_text(encoding="utf-8"))


def test_script_is_no_longer_than_gestures_need() -> None:
    assert len((STATIC / "review.js").read_text(encoding="utf-8").splitlines()) <= 125


def test_style_sheet_has_no_brace_too_many() -> None:
    text = (STATIC / "review.css").read_text(encoding="utf-8")
    assert text.count("{") == text.count("}")


def test_static_files_are_served_with_their_kinds(client: TestClient) -> None:
    kinds = {"review.css": "text/css", "review.js": "text/javascript", "icon.svg": "image/svg+xml"}
    for name, kind in kinds.items():
        answer = client.get(f"/static/{name}")
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith(kind)
