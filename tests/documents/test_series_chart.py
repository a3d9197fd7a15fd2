"""A page with a chart per series."""

from __future__ import annotations

import re
from math import nan
from xml.etree import ElementTree

import pandas as pd
import pytest

from allocopt.documents.language.messages import load_messages
from allocopt.documents.pages.series_chart import (
    BACKTEST,
    FLAGS,
    FORECAST,
    MOST_FLAGS,
    MOST_PERIODS,
    MOST_SERIES,
    PAST,
    PROVENANCE,
    SeriesTables,
    render_series_charts,
    series_key,
)
from allocopt.errors import AllocoptError


def tables(
    names: tuple[str, ...] = ("East/SMB",), flags: list[tuple] = (), periods: int = 24, **more
) -> SeriesTables:
    """Series of 100 per month in 2024 and 2025, forecast at 120 ± 20 for two months of 2026."""
    past = pd.period_range(end="2025-12", periods=periods, freq="M").astype(str)
    ahead = ["2026-01", "2026-02"]
    return SeriesTables(
        pd.DataFrame(
            [(n, label, 120.0, 100.0, 140.0) for n in names for label in ahead], columns=FORECAST
        ),
        pd.DataFrame([(n, label, 100.0) for n in names for label in past], columns=PAST),
        pd.DataFrame(
            [
                (n, origin, label, 90.0)
                for n in names
                for origin in ("2025-06", "2025-09")
                for label in ("2025-10", "2025-11")
            ],
            columns=BACKTEST,
        ),
        pd.DataFrame([(names[0], *flag) for flag in flags], columns=FLAGS),
        pd.DataFrame([(n, "stack", "lowest error") for n in names], columns=PROVENANCE),
        **{"interval": 0.8, **more},
    )


def pictures(html: str) -> list[ElementTree.Element]:
    """The SVG pictures of a page, parsed strictly."""
    drawn = re.findall(r"<svg.*?</svg>", html, re.S)
    return [ElementTree.fromstring(text) for text in drawn]  # noqa: S314 - our own page


def words(html: str) -> str:
    """What a reader sees, without tags."""
    return re.sub(r"<[^>]+>", " ", re.sub(r"<style>.*?</style>", "", html, flags=re.S))


def test_page_has_one_picture_per_series_and_asks_for_nothing_outside():
    html = render_series_charts(tables(("", "East/SMB", "West")), language="en")
    assert len(pictures(html)) == 3
    assert "<script" not in html
    assert re.findall(r"(?:src|href)=", html) == []
    assert "default-src 'none'" in html


def test_company_comes_first_and_is_called_so():
    html = render_series_charts(tables(("East", "")), language="en")
    assert re.findall(r"<figcaption>(.*?)</figcaption>", html) == ["The whole company", "East"]


def test_series_that_are_asked_for_are_drawn_in_that_order():
    given = tables(("A", "B", "C"))
    html = render_series_charts(given, ["C", "A", "C"], language="en")
    assert re.findall(r"<figcaption>(.*?)</figcaption>", html) == ["C", "A"]


def test_unknown_series_is_refused_with_the_nearest_name():
    with pytest.raises(AllocoptError, match="did you mean 'East/SMB'"):
        render_series_charts(tables(), ["East/SMG"])


def test_largest_series_are_drawn_when_none_is_asked_for():
    names = tuple(f"s{n:02d}" for n in range(MOST_SERIES + 5))
    given = tables(names)
    given.forecast["mean"] = given.forecast["series"].str[1:].astype(float)
    html = render_series_charts(given, language="en")
    drawn = re.findall(r"<figcaption>(.*?)</figcaption>", html)
    assert drawn == sorted(names, reverse=True)[:MOST_SERIES]


def test_lines_lie_where_their_values_are():
    # Axis 0 … 150 over 240 px: the past at 100 lies 160 px above the floor, the forecast 192.
    (picture,) = pictures(render_series_charts(tables(), language="en"))
    floor = max(
        float(y) for y in re.findall(r"M74.0,([\d.]+) H", ElementTree.tostring(picture).decode())
    )
    space = "{http://www.w3.org/2000/svg}"
    lines = [path for path in picture.iter(f"{space}path") if path.get("class") == "line"]
    heights = [floor - float(re.search(r",([\d.]+)", line.get("d"))[1]) for line in lines[-2:]]
    assert heights == pytest.approx([160, 192], abs=0.2)
    band = next(path for path in picture.iter(f"{space}path") if path.get("class") == "band")
    reach = [floor - float(y) for y in re.findall(r",([\d.]+)", band.get("d"))]
    assert (min(reach), max(reach)) == pytest.approx((160, 224), abs=0.2)


def test_each_origin_of_the_back_test_is_a_dashed_line_of_its_own():
    html = render_series_charts(tables(), language="en")
    assert html.count('class="line dashed"') == 2 + 1  # and its sign in the legend
    assert words(html).count("Forecast made earlier") == 1


def test_flags_are_drawn_and_told():
    flags = [
        ("2025-03", "outlier", "400 taken as 150"),
        ("2025-05", "shift", "level up by 30 %"),
        ("2025-11", "event", "Singles' Day"),
        ("2031-01", "event", "beyond the chart"),
        ("2025-06", "no such kind", "not drawn"),
    ]
    html = render_series_charts(tables(flags=flags), language="en")
    told = words(html)
    assert "March 2025: Outlier. 400 taken as 150" in told
    assert "November 2025: Event. Singles&#39; Day" in told
    assert "not drawn" not in told
    assert len(re.findall(r"<g><title>", html)) == 3


def test_many_flags_are_cut_and_counted():
    flags = [(f"2025-{month:02d}", "outlier", f"no {month}") for month in range(1, 13)]
    told = words(render_series_charts(tables(flags=flags), language="en"))
    assert f"and {12 - MOST_FLAGS} more" in told
    assert "December 2025: Outlier. no 12" in told
    assert "January 2025: Outlier" not in told


def test_names_and_texts_are_escaped():
    evil = '<script>alert("x")</script>'
    given = tables((evil,), flags=[("2025-03", "outlier", evil)])
    html = render_series_charts(given, language="en")
    assert "<script" not in html
    assert len(pictures(html)) == 1


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_page_speaks_its_language(language: str):
    html = render_series_charts(tables(), language=language, currency="CNY")
    assert f'<html lang="{language}">' in html
    assert load_messages(language)("series_chart.past") in html
    other = load_messages("en" if language == "zh-CN" else "zh-CN")
    assert other("series_chart.past") not in html


def test_language_without_texts_is_refused():
    with pytest.raises(AllocoptError, match="no document texts"):
        render_series_charts(tables(), language="xx")


def test_only_the_last_years_of_a_long_history_are_drawn():
    html = render_series_charts(tables(periods=400), language="en")
    (picture,) = pictures(html)
    longest = max(path.get("d", "").count(" L") for path in picture.iter())
    assert longest == MOST_PERIODS - 1


def test_series_without_history_forecast_or_bounds_are_drawn_as_far_as_they_go():
    for nothing in ("forecast", "past", "backtest", "provenance"):
        given = tables()
        parts = {**vars(given), nothing: getattr(given, nothing).head(0)}
        assert len(pictures(render_series_charts(SeriesTables(**parts), language="en"))) == 1
    given = tables(interval=nan)
    given.forecast[["lower", "upper"]] = nan
    told = words(render_series_charts(given, language="en"))
    assert "interval" not in told


@pytest.mark.parametrize("size", [0.0, -50.0, 1e-9, 1e12])
def test_any_amount_gives_finite_coordinates(size: float):
    given = tables()
    given.past["sales"] = size
    given.forecast[["mean", "lower", "upper"]] = size
    html = render_series_charts(given, language="en")
    assert "nan" not in html
    assert "inf" not in html
    assert len(pictures(html)) == 1


def test_key_of_a_series_joins_its_names():
    assert series_key("East", "SMB", "") == "East/SMB"
    assert series_key("East", nan, None) == "East"
    assert series_key() == ""
