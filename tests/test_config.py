"""scenario.yaml is typed, frozen, and every mistake in it is located and explained."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from allocopt.config import (
    Config,
    Scope,
    apply_settings,
    dump,
    parse_scope,
    parse_settings,
    read_config,
    reference,
    schema,
)
from allocopt.errors import ConfigError
from allocopt.yaml_source import YamlSource, parse_yaml

ROOT = Path(__file__).parents[1]


def config_of(text: str, *settings: str) -> Config:
    return read_config(apply_settings(parse_yaml(text, "scenario.yaml"), parse_settings(settings)))


def sentences(text: str, *settings: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        config_of(text, *settings)
    return [finding.sentence() for finding in caught.value.findings]


def test_an_empty_file_has_all_defaults():
    config = config_of("")
    assert config == Config()
    assert (config.solver.time_limit, config.solver.gap) == (60.0, 1e-4)
    assert config.coverage.every_unit


def test_values_are_frozen():
    with pytest.raises(ValidationError):
        Config().solver.gap = 0.5  # type: ignore[misc]


def test_an_unknown_key_is_located_with_the_nearest_known_one():
    text = "scenario:\n  name: a\nsolver:\n  time_limt: 5\n"
    assert sentences(text) == [
        "scenario.yaml:4:3: unknown key 'time_limt' in solver; did you mean 'time_limit'?"
    ]


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("forcast: {}", "forecast"),
        ("quota: {weights: {histroy: 1}}", "history"),
        ("headcount: {by: [{scpoe: territory=East}]}", "scope"),
        ("tables: {history: {shete: x}}", "sheet"),
        ("document: {swot: {strenghts: x}}", "strengths"),
        ("goals: [{name: a, onwer: b}]", "owner"),
    ],
)
def test_unknown_keys_are_found_at_every_level(text, nearest):
    assert any(sentence.endswith(f"did you mean '{nearest}'?") for sentence in sentences(text))


def test_a_key_in_the_wrong_section_is_sent_to_the_right_one():
    (sentence,) = sentences("fairness: 0.1")
    assert sentence.endswith("→ it belongs to quota.fairness")


def test_all_errors_of_the_file_are_reported_at_once():
    text = "solver: {gap: -1}\nquota: {method: guess}\ncoverage: {every_unit: yes}\nx: 1\nx: 2\n"
    assert len(sentences(text)) == 5


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("solver: {time_limit: true}", "(found 'true'); expected a number"),
        ("solver: {gap: '0.1'}", "(found '0.1'); expected a number"),
        ("solver: {seed: 1.5}", "(found '1.5'); expected a whole number"),
        ("coverage: {every_unit: yes}", "(found 'yes'); expected true or false"),
        ("calendar: {period: months}", "expected one of week, month, quarter, year; did you"),
        ("forecast: {interval: 1}", "expected less than 1"),
        ("solver: {time_limit: 0}", "expected more than 0"),
        ("balance: {measure: demand}", "expected a list, found a mapping"),
        ("quota: 5", "(found '5'); expected a mapping of keys"),
        ("calendar: {plan_start: 2026-13-01}", "month must be in 1..12"),
        ("calendar: {plan_start: soon}", "a date such as 2026-01-01"),
        ("calendar: {plan_start: 0001-01-01}", "a year between 1900 and 2200"),
        ("balance: [{measure: demand}]", "a balance that is not hard needs a `price`"),
        ("balance: [{hard: true}]", "the key 'measure' is missing"),
        ("balance: [{measure: hours, hard: true}, {measure: hours, price: 1}]", "'hours' twice"),
        ("budget: {total_max: 1e300}", "budget.total_max is too large"),
        ("incentive: {curve: [[0, 0], [1, 1e16]]}", "incentive.curve.1.1 is too large"),
        ("solver: {threads: 257}", "at most 256"),
        ("headcount: {min: 3, max: 2}", "`min` 3 is more than `max` 2"),
        ("quota: {change_min: 0.2, change_max: 0.1}", "`change_min` 0.2 is more than"),
        ("quota: {weights: {history: 0.7, potential: 0.7}}", "add up to more than 1"),
        ("incentive: {curve: [[1, 1], [0.8, 2]]}", "must rise"),
        ("incentive: {curve: []}", "has no point"),
        ("coverage: {lock_before_renewal: 1000000}", "at most 520"),
        ("forecast: {season: 1000000000000}", "at most 520"),
        ("tables: {history: {url: 'sqlite:///a'}}", "`url` and `sql` belong together"),
        ("approval: {roles: {Ann: boss}}", "expected"),
        ("approval: {sign_off: [{role: viewer}]}", "expected"),
        ("approval: {roles: {Ann: analyst}, territories: {Anne: East}}", "'Anne', who has no role"),
        ("approval: {sign_off: [{role: finance}, {role: finance}]}", "'finance' twice"),
        (
            "approval: {roles: {Ann: analyst}, sign_off: [{role: manager, people: [Ann]}]}",
            "'Ann' is to sign as manager and has no such role",
        ),
        ("budget: {by: [{scope: teritory=East}]}", "did you mean 'territory'?"),
        ("coverage: {within: region}\nlevels: [country, area]", "none of `levels`"),
        ("solver: {regions: region}\nlevels: [country, area]", "none of auto, off, country, area"),
    ],
)
def test_a_wrong_value_says_what_was_expected(text, part):
    (sentence,) = sentences(text)
    assert sentence.startswith("scenario.yaml:1:")
    assert part in sentence


def test_a_blank_value_means_its_default():
    assert config_of("solver:\n  gap:\nquota:\n").solver.gap == Config().solver.gap


def test_dates_may_be_months_and_quarters():
    starts = [
        str(config_of(f"calendar: {{plan_start: {text}}}").calendar.plan_start)
        for text in ("2026-02-15", "2026-02", "2026Q2", "2026-W02", "2026", "2026年3月")
    ]
    assert starts == [
        "2026-02-15",
        "2026-02-01",
        "2026-04-01",
        "2026-01-05",
        "2026-01-01",
        "2026-03-01",
    ]


def test_a_scope_is_a_kind_and_a_name():
    assert parse_scope("territory = East") == Scope("territory", "East")
    assert parse_scope("company") == Scope("company")
    assert str(parse_scope("channel=a=b")) == "channel=a=b"
    for wrong in ("territory=", "East", "company=x", 5):
        with pytest.raises(ValueError, match="expected"):
            parse_scope(wrong)


def test_settings_win_over_the_file():
    config = config_of(
        "quota: {over_assignment: 0.1}\nbalance: [{measure: demand, hard: true}]",
        "quota.over_assignment=0.05",
        "balance.0.tolerance=0.3",
        "levels=[country, area]",
        "scenario.title=Plan: 2027",
    )
    assert config.quota.over_assignment == 0.05
    assert config.balance[0].tolerance == 0.3
    assert config.levels == ("country", "area")
    assert config.scenario.title == "Plan: 2027"


def test_an_unknown_setting_is_located_as_it_was_typed():
    assert sentences("", "quota.over_asignment=0.05") == [
        (
            "--set quota.over_asignment=0.05: unknown key 'over_asignment' in quota; "
            "did you mean 'over_assignment'?"
        )
    ]


def test_a_setting_beyond_the_end_of_a_list_is_refused():
    (sentence,) = sentences("", "balance.3.tolerance=1")
    assert "balance" in sentence
    (sentence,) = sentences("balance: [{measure: a, hard: true}]", "balance.3.tolerance=1")
    assert sentence.endswith("the list has 1 entries, counted from 0")


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ('tables.reps."Li Lei".hours=0', ("override", "reps", "Li Lei", "hours")),
        ("tables.reps.'A. Smith'.hours=0", ("override", "reps", "A. Smith", "hours")),
        ("tables.reps.1001.hours=0", ("override", "reps", "1001", "hours")),
        ('pairs."u1;r1".value=3', ("pairs", "u1;r1", "value")),
        ('tables.pairs."u1;r1".value=3', ("override", "pairs", "u1;r1", "value")),
        ("tables.reps.Wang=remove", ("override", "reps", "Wang")),
        ("tables.history=past.csv", ("tables", "history")),
        ("tables.history.path=past.csv", ("tables", "history", "path")),
    ],
)
def test_a_setting_may_change_a_cell_of_a_table(text, path):
    assert parse_settings([text])[0].path == path


def test_all_settings_that_cannot_be_read_are_reported():
    with pytest.raises(ConfigError) as caught:
        parse_settings(["quota", "=5", "solver.gap=[1", "solver..gap=1"])
    assert len(caught.value.findings) == 4


def test_a_setting_of_thousands_of_steps_is_refused():
    with pytest.raises(ConfigError, match="more than 50 steps"):
        parse_settings(["a." * 5000 + "b=1"])


def test_the_base_cannot_be_set_from_outside():
    with pytest.raises(ConfigError, match="cannot be set from outside"):
        parse_settings(["scenario.base=../other"])


def is_config_or_findings(read: Callable[[], Config]) -> bool:
    try:
        return isinstance(read(), Config)
    except ConfigError as error:
        return bool(error.findings) and all(finding.message for finding in error.findings)


@given(st.lists(st.text(max_size=30), max_size=4))
def test_any_setting_gives_a_config_or_findings(texts):
    assert is_config_or_findings(
        lambda: read_config(apply_settings(YamlSource({"balance": []}), parse_settings(texts)))
    )


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from([*Config.model_fields, "by", "scope", "gap", "path", "x"]), inner
            )
        ),
        max_leaves=12,
    ).filter(lambda data: isinstance(data, dict))
)
def test_any_data_gives_a_config_or_findings(data):
    assert is_config_or_findings(lambda: read_config(YamlSource(data)))


def test_the_dumped_text_is_read_back_as_the_same_configuration():
    text = """
scenario: {name: a, currency: CNY, language: zh-CN}
calendar: {period: quarter, plan_start: 2026Q2}
headcount: {by: [{scope: territory=East, max: 1}]}
incentive: {curve: [[0.5, 0], [1, 1]]}
approval: {roles: {李雷: manager, Fay: [finance, analyst]}, sign_off: [{territory: East, role: manager}]}
goals: [{name: grow, due: 2026-12-31, amount: 5}]
document: {summary: [one, two], swot: {threats: [x]}}
"""
    config = config_of(text)
    assert config_of(dump(config)) == config
    assert dump(Config()) == ""


def test_the_schema_is_valid_and_describes_every_key():
    document = schema()
    jsonschema.Draft202012Validator.check_schema(document)
    json.dumps(document)
    for name, definition in document["$defs"].items():
        for key, keyword in definition.get("properties", {}).items():
            assert keyword.get("description"), f"{name}.{key}"


@pytest.mark.parametrize("text", ["solver: {gapp: 1}", "quota: {target: a}", "levels: 5"])
def test_the_schema_refuses_what_reading_refuses(text):
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(yaml.safe_load(text), schema())
    assert sentences(text)


@pytest.mark.parametrize(
    "path", sorted(ROOT.glob("scenarios/*/scenario.yaml")), ids=lambda path: path.parent.name
)
def test_the_schema_accepts_the_shipped_scenarios(path):
    data = parse_yaml(path.read_text(encoding="utf-8"), path.name).data
    jsonschema.validate(data, schema())


def test_the_reference_page_is_what_the_code_says():
    # To renew it: python -c "from allocopt.config import reference; print(reference(), end='')"
    page = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    assert page == reference()


def test_the_reference_page_has_every_key():
    page = reference()
    for section, field in Config.model_fields.items():
        assert f"## {section}\n" in page
        for key in getattr(field.annotation, "model_fields", {}):
            assert f"| `{key}` |" in page
