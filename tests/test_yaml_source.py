"""YAML is read without its surprises, with places, and never with a traceback."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocopt.errors import ConfigError
from allocopt.yaml_source import (
    MAX_BYTES,
    Place,
    YamlSource,
    parse_value,
    parse_yaml,
    plain_scalar,
    read_yaml,
)


def error_of(text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        parse_yaml(text, "scenario.yaml")
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("false", False),
        ("yes", "yes"),
        ("off", "off"),
        ("010", "010"),
        ("0o10", "0o10"),
        ("0x1F", "0x1F"),
        ("1:30", "1:30"),
        ("1_000", "1_000"),
        ("2026-01-01", "2026-01-01"),
        ("12", 12),
        ("-3", -3),
        ("1e-4", 1e-4),
        (".5", 0.5),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("1e999", "1e999"),
        ("~", None),
        ("'12'", "12"),
        ("!!str 12", "12"),
    ],
)
def test_a_scalar_means_what_people_expect(text, value):
    assert parse_yaml(f"key: {text}", "f").data == {"key": value}


def test_every_key_and_value_has_its_place():
    source = parse_yaml("solver:\n  gap: 0.1\nbalance:\n  - measure: demand\n", "s.yaml")
    assert source.keys["solver", "gap"] == Place("s.yaml", 2, 3)
    assert source.values["solver", "gap"] == Place("s.yaml", 2, 8)
    assert source.values["balance", 0, "measure"] == Place("s.yaml", 4, 14)


def test_a_number_as_key_stays_text_as_written():
    assert parse_yaml("0123: {1001: a}", "f").data == {"0123": {"1001": "a"}}


def test_an_empty_file_is_an_empty_mapping():
    assert parse_yaml("", "f").data == {}
    assert parse_yaml("# nothing yet\n", "f").data == {}


def test_merge_keys_are_followed_and_own_keys_win():
    text = "base: &b {gap: 1, seed: 2}\nsolver:\n  <<: *b\n  seed: 3\n"
    assert parse_yaml(text, "f").data["solver"] == {"gap": 1, "seed": 3}


def test_a_duplicate_key_names_the_first_line_and_reading_goes_on():
    source = parse_yaml("a: 1\nb: 2\na: 3\nb: 4\n", "s.yaml")
    assert [finding.sentence() for finding in source.findings] == [
        "s.yaml:3:1: the key 'a' stands twice; first in line 1",
        "s.yaml:4:1: the key 'b' stands twice; first in line 2",
    ]


def test_a_syntax_error_has_file_line_and_column():
    assert error_of("solver:\n  gap: [1, 2\nquota: 1\n").startswith("scenario.yaml:3:6: ")


def test_a_tab_is_named_with_the_remedy():
    assert error_of("solver:\n\tgap: 1\n").endswith("→ indent with spaces")


def test_a_list_at_the_top_is_refused():
    assert "the file holds a list at the top" in error_of("- a\n- b\n")


def test_a_tag_that_makes_an_object_is_a_finding():
    source = parse_yaml("a: !!python/object/apply:os.system [ls]\n", "f")
    assert [finding.message for finding in source.findings] == ["tags are not supported"]


def test_a_list_as_key_is_a_finding():
    source = parse_yaml("? [a, b]\n: 1\n", "f")
    assert [finding.message for finding in source.findings] == ["a list or mapping cannot be a key"]


def test_deep_nesting_is_refused():
    assert "nested deeper" in error_of("a: " + "[" * 2000)


def test_an_alias_that_contains_itself_is_refused():
    assert "contains itself" in error_of("a: &a [*a]")
    assert "contains itself" in error_of("a: &a\n  <<: *a\n")


def test_a_billion_laughs_cost_nothing():
    # Nine levels of nine aliases: within the alias cap, 9^9 values if they were all followed.
    lines = ["l0: &l0 [x]"]
    lines += [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 10)]
    assert "more than 100,000 values" in error_of("\n".join(lines))


def test_too_many_aliases_are_refused():
    assert "more than 100 aliases" in error_of("a: &a 1\nb: [" + "*a, " * 101 + "]")


def test_a_file_that_is_not_utf8_is_located(tmp_path):
    path = tmp_path / "scenario.yaml"
    path.write_bytes("quota: {}\nscenario: {title: 计划}\n".encode("gb18030"))
    with pytest.raises(ConfigError) as caught:
        read_yaml(path)
    assert str(caught.value) == "scenario.yaml:2:19: the file is not UTF-8 → save it as UTF-8"


def test_a_file_over_one_mebibyte_is_refused(tmp_path):
    path = tmp_path / "scenario.yaml"
    path.write_bytes(b"#" * (MAX_BYTES + 1))
    with pytest.raises(ConfigError, match="larger than 1 MiB"):
        read_yaml(path)


def test_a_byte_order_mark_is_no_part_of_the_first_key(tmp_path):
    path = tmp_path / "scenario.yaml"
    path.write_bytes("\ufeffsolver: {}".encode())
    assert dict(read_yaml(path).data) == {"solver": {}}


def test_a_setting_with_a_colon_is_text():
    assert parse_value("Plan: the next year", Place("--set")) == "Plan: the next year"
    assert parse_value("[1, a, 'b: c']", Place("--set")) == [1, "a", "b: c"]


def is_data_or_findings(read: Callable[[], YamlSource]) -> bool:
    try:
        return isinstance(read().data, dict)
    except ConfigError as error:
        located = [finding.file == "any.yaml" for finding in error.findings]
        return bool(located) and all(located)


@given(content=st.binary(max_size=300))
def test_any_bytes_give_data_or_a_located_error(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_bytes(content)
    assert is_data_or_findings(lambda: read_yaml(path))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with a name are not on Windows")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "scenario.yaml")
    with pytest.raises(ConfigError, match="is not a file"):
        read_yaml(tmp_path / "scenario.yaml")


@given(st.text(alphabet="ab:-[]{}&*!<>?|#'\"\n \t,%@`01.~", max_size=120))
def test_any_yaml_like_text_gives_data_or_a_located_error(text):
    assert is_data_or_findings(lambda: parse_yaml(text, "any.yaml"))


@given(st.text(max_size=40))
def test_a_plain_scalar_is_the_same_for_files_and_settings(text):
    value = plain_scalar(text)
    assert value is None or isinstance(value, bool | int | float | str)
