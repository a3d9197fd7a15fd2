"""docs/formulation.md says what the model says: every rule, its sentence, and no other rule."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from support_plan import EVERYTHING, EVERYTHING_TABLES, problem_of

import allocopt.model
from allocopt.model import build, sentences

PAGE = Path(__file__).parents[1] / "docs" / "formulation.md"
# A rule of the page: a list item that begins with its name.
RULE = re.compile(r"^- `(\w+)` — ([^.]+\.)", re.MULTILINE)


@pytest.fixture(scope="module")
def rules(tmp_path_factory):
    """The sentence of every rule that the model can have, by its name."""
    folder = tmp_path_factory.mktemp("formulation")
    closed = problem_of(folder / "closed", EVERYTHING, months=2, **EVERYTHING_TABLES)
    some = EVERYTHING.replace("coverage: {", "coverage: {every_unit: false, ")
    opened = problem_of(folder / "opened", some, months=2, **EVERYTHING_TABLES)
    reps = EVERYTHING_TABLES["reps"] + "Eva,9,1,0,,,,,,1,\n        Eli,9,1,0,,,,,,1,\n"
    alike = problem_of(folder / "alike", EVERYTHING, months=2, **EVERYTHING_TABLES | {"reps": reps})
    return sentences(build(closed)) | sentences(build(opened)) | sentences(build(alike))


def test_every_rule_stands_in_the_page_with_its_sentence(rules):
    written = dict(RULE.findall(PAGE.read_text(encoding="utf-8")))
    assert written == rules


def test_the_scenario_asks_for_every_family(rules, tmp_path):
    """A rule that is declared in the sources and that the scenario does not reach would go unchecked."""
    sources = "".join(
        path.read_text(encoding="utf-8")
        for path in Path(allocopt.model.__file__).parent.glob("*.py")
    )
    declared = set(re.findall(r"@m\.Constraint\((?:.|\n)*?\)\n    def (\w+)\(", sources))
    pieces = {
        f"{curve}_piece_{what}" for curve in ("coverage", "lift") for what in ("full", "beyond")
    }
    assert declared | pieces == set(rules)


def test_sets_and_decisions_exist_in_the_model(tmp_path):
    model = build(problem_of(tmp_path, EVERYTHING, months=2, **EVERYTHING_TABLES))
    text = PAGE.read_text(encoding="utf-8")
    tables = text[text.index("## Sets") : text.index("Every variable has finite bounds")]
    last = [line.rsplit("|", 2)[1] for line in tables.splitlines() if line.startswith("|")]
    named = re.findall(r"`(\w+)`", " ".join(last))
    assert len(named) > 15
    assert [name for name in named if model.component(name) is None] == []
