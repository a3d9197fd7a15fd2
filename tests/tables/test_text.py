"""Words that are nearly the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocopt.tables.text import edit_distance, fold, fold_all, near_miss, nearest


@pytest.mark.parametrize(
    ("first", "second", "slips"),
    [("kitten", "sitting", 3), ("segmnet", "segment", 1), ("", "abc", 3), ("a", "a", 0)],
)
def test_edit_distance_counts_slips(first, second, slips):
    assert edit_distance(first, second) == slips


@given(st.text(max_size=8), st.text(max_size=8))
def test_edit_distance_is_a_distance(first, second):
    slips = edit_distance(first, second)
    assert slips == edit_distance(second, first)
    assert (slips == 0) == (first == second)
    assert abs(len(first) - len(second)) <= slips <= max(len(first), len(second))


def test_short_words_are_not_taken_for_slips_of_each_other():
    assert near_miss("city", ["unit", "rep", "line"]) == ""
    assert near_miss("teritory", ["territory", "segment"]) == "territory"


def test_the_nearest_name_of_many_is_found_fast_enough_to_ask_fifty_times():
    names = [f"Unit {n:05d} 有限公司" for n in range(20_000)]
    assert nearest("Unit 01234有限公司", names) == "Unit 01234 有限公司"
    assert nearest("zzz", names) == ""


@given(st.lists(st.text(alphabet="ab １￥　\n\t０Ａ客", max_size=4), max_size=5))
def test_a_column_is_folded_as_each_of_its_texts(texts):
    assert fold_all(texts) == [fold(text) for text in texts]
