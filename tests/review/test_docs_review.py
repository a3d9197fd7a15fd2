"""The page on the review room names what there is: its screens, its keys and its limits."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from allocopt.review.answers import FOLDER
from allocopt.review.desk.bounds import Bounds
from allocopt.review.drafts.draft import MOST_STEPS
from allocopt.review.drafts.drafts import BIN, DAMAGED, MOST_CHANGES, MOST_DRAFTS
from allocopt.review.screens import SCREENS
from allocopt.review.voice import room_voice

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/review.md").read_text(encoding="utf-8")
PAGES = ROOT / "src/allocopt/review/pages"


def test_every_screen_is_told() -> None:
    say = room_voice("en", "EUR").say
    told = re.findall(r"^\| ([A-Z]\w+) \|", PAGE, re.MULTILINE)
    assert told[: len(SCREENS)] == [say(f"review.screen.{name}") for name in SCREENS]


def test_every_key_is_told() -> None:
    texts = [page.read_text(encoding="utf-8") for page in PAGES.glob("*.j2")]
    found = {key for text in texts for key in re.findall(r'key="([a-z][^"]*)"', text)}
    letters = {key for keys in found for key in keys.split() if len(key) == 1}
    assert letters == {"w", "s", "u", "r"}
    assert [letter for letter in letters if f"`{letter}`" not in PAGE] == []


@pytest.mark.parametrize(
    "told",
    [
        f"{MOST_DRAFTS} what-ifs of a browser",
        f"{MOST_CHANGES} changes in each",
        f"{Bounds().waiting} solves of a browser waiting",
        f"{Bounds().memory // 2**30} GB",
        f"`{FOLDER}/`",
        f"moved to `{BIN}`",
        f"damaged ones to `{DAMAGED}`",
    ],
)
def test_limits_and_places_are_those_of_the_room(told: str) -> None:
    assert told in PAGE


def test_undo_goes_back_as_far_as_is_told() -> None:
    assert ("a hundred steps" in PAGE) == (MOST_STEPS == 100)
