"""Long tables: found by a text, in an order, a page at a time, as the address asks."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qs

import pandas as pd
import pytest

from allocopt.documents.facts import Facts
from allocopt.review.archive import Archive
from allocopt.review.gallery import Gallery
from allocopt.review.listing import MOST_ROWS, Listing, listing
from allocopt.review.panels import Screen, screen
from allocopt.review.person import Person
from allocopt.review.room import Room
from allocopt.review.view import View
from allocopt.review.voice import room_voice

FRAME = pd.DataFrame(
    {"name": [f"Unit {k:03}" for k in range(120)], "sales": [float(k % 7) for k in range(120)]}
)


@pytest.fixture
def view(room: Room, facts: Facts) -> View:
    """What a screen is made from."""
    person, voice = Person("ann", ("analyst",)), room_voice("en", "EUR")
    return View(person, room.record("valley/1"), facts, voice, Archive(room, "ann"))


def shown(view: View, **options: str) -> Listing:
    """The page of the frame that some options ask for."""
    asked = replace(view, options=options)
    return listing(FRAME, asked, "u", sorts=("name", "sales"), searched=("name",))


def test_long_table_is_shown_a_page_at_a_time(view: View) -> None:
    first, last = shown(view), shown(view, u_page="3")
    assert len(first.frame) == MOST_ROWS
    assert [link["rel"] for link in first.around["links"]] == ["next"]
    assert last.frame["name"].tolist() == FRAME["name"].tolist()[2 * MOST_ROWS :]
    assert [link["rel"] for link in last.around["links"]] == ["prev"]
    assert first.around["told"] == "120 rows, page 1 of 3"


@pytest.mark.parametrize("page", ["0", "-1", "99", "x", "٣", "1" * 5000])
def test_page_that_there_is_not_is_one_that_there_is(view: View, page: str) -> None:
    assert len(shown(view, u_page=page).frame) in (MOST_ROWS, len(FRAME) % MOST_ROWS)


def test_text_is_found_in_whatever_case_and_as_it_stands(view: View) -> None:
    assert shown(view, u_find=" unit 11 ").frame["name"].tolist() == [
        f"Unit {k}" for k in range(110, 120)
    ]
    assert shown(view, u_find="Unit.*").frame.empty


def test_heads_lead_to_an_order_and_to_its_reverse(view: View) -> None:
    rising = shown(view, u_sort="sales")
    assert rising.frame["sales"].is_monotonic_increasing
    head = rising.around["heads"][1]
    assert head["sorted"] == "ascending"
    assert parse_qs(head["link"].lstrip("?")) == {"u_sort": ["-sales"]}
    assert shown(view, u_sort="-sales").frame["sales"].is_monotonic_decreasing


def test_column_that_is_not_offered_sorts_nothing(view: View) -> None:
    assert shown(view, u_sort="secret").frame.equals(FRAME.head(MOST_ROWS))


def test_search_keeps_what_else_the_address_asks_for(view: View) -> None:
    around = shown(view, measure="sales", u_find="1", u_page="2").around
    assert around["kept"] == [{"name": "measure", "value": "sales"}]


class Counted:
    """Makes a screen, and counts how often."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, view: View) -> Screen:
        self.times += 1
        return screen("plan", view.voice, [])


def test_screen_is_made_once_for_the_same_question(view: View) -> None:
    gallery, make = Gallery(), Counted()
    for _ in range(3):
        gallery.screen("plan", view, make)
    assert make.times == 1


def test_screen_is_made_anew_for_another_question_person_or_answer(view: View) -> None:
    gallery, make = Gallery(), Counted()
    others = [
        view,
        replace(view, options={"measure": "demand"}),
        replace(view, person=Person("ann", ("viewer",))),
        replace(view, voice=room_voice("zh-CN", "EUR")),
        replace(view, presenting=True),
        replace(view, after=Facts(view.facts.plan, view.facts.scenario)),
    ]
    for other in others:
        gallery.screen("plan", other, make)
    assert make.times == len(others)


def test_screen_that_tells_of_other_versions_is_always_made(view: View) -> None:
    gallery, make = Gallery(), Counted()
    for _ in range(2):
        gallery.screen("versions", view, make)
    assert make.times == 2


def test_gallery_forgets_what_was_not_looked_at_for_longest(view: View) -> None:
    gallery, make = Gallery(most=2), Counted()
    for measure in ("sales", "demand", "quota", "sales"):
        gallery.screen("plan", replace(view, options={"measure": measure}), make)
    assert make.times == 4
