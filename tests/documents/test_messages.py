"""Catalogues have the same keys and placeholders, and fill a text once."""

from __future__ import annotations

import string

import pytest

from allocopt.documents.language.messages import languages, load_messages
from allocopt.results.limits import MOVABLE

# A period may be written from any of its parts.
FREE = ("format.",)


def placeholders(text: object) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(str(text)) if name}


@pytest.mark.parametrize("language", languages())
def test_catalogues_have_the_same_keys(language: str) -> None:
    # Findings and tables are described in English; other languages have a text for each.
    given = ("finding.", "reference.")
    keys = {key for key in load_messages(language).texts if not key.startswith(given)}
    assert keys == set(load_messages("en").texts)


@pytest.mark.parametrize("language", languages())
def test_catalogues_have_the_same_placeholders(language: str) -> None:
    ours, theirs = load_messages(language).texts, load_messages("en").texts
    # "One unit" may do without the number that "other" needs.
    keys = [key for key in theirs if not key.startswith(FREE) and not key.endswith(".one")]
    assert [key for key in keys if placeholders(ours[key]) != placeholders(theirs[key])] == []


@pytest.mark.parametrize("language", languages())
def test_every_text_is_text_or_a_list(language: str) -> None:
    # An unquoted `yes` or a bare number in the file would be another type.
    texts = load_messages(language).texts
    texts = {key: text for key, text in texts.items() if key != "rules"}
    assert {type(text) for text in texts.values()} == {str, list}


@pytest.mark.parametrize("language", languages())
def test_every_rule_that_people_can_move_has_a_text(language: str) -> None:
    assert [rule for rule in MOVABLE if f"rules.{rule}" not in load_messages(language).texts] == []


def test_a_value_that_looks_like_a_placeholder_stays() -> None:
    say = load_messages("en")
    assert say("general.with", name="{value}", value="1") == "{value} (1)"


def test_counts_choose_their_form() -> None:
    say = load_messages("en")
    assert say.count("timeline.handovers", 1) == "1 unit changes its rep"
    assert say.count("timeline.handovers", 1200) == "1,200 units change their rep"
