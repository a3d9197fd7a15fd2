"""Looking rows up in another table."""

from __future__ import annotations

import pandas as pd
import pytest

from allocopt.tables import among


@pytest.mark.parametrize("known", [["b", "b", "x", None], pd.Index(["x", "b"]), pd.Series(["b"])])
def test_among_is_what_isin_says_of_names(known):
    names = pd.Series(["a", "b", "c", "b"])
    assert among(names, known).tolist() == [False, True, False, True]
    assert among(pd.Index(names), known).tolist() == names.isin(list(known)).tolist()


def test_an_empty_name_is_known_nowhere():
    assert among(pd.Series(["a", None]), ["a", None]).tolist() == [True, False]


def test_nothing_is_among_no_names():
    assert among(pd.Series(["a"]), []).tolist() == [False]
