"""A page with one curve: every plan is a point at its place."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from allocopt.documents.charts.points import BOTTOM, HEIGHT, LEFT, RIGHT, TOP
from allocopt.documents.charts.scales import WIDTH
from allocopt.documents.pages.curve_chart import ORANGE, Curve, render_curve
from allocopt.errors import AllocoptError

SVG = "{http://www.w3.org/2000/svg}"
# No handover brings 100, one brings 140, five bring 150.
CURVE = Curve(
    "handovers", "contribution", [(0, 100), (1, 140), (5, 150)], ["0", "1", "5"], marked=2
)


def picture(page):
    (drawn,) = re.findall(r"<svg.*?</svg>", page, re.S)
    return ElementTree.fromstring(drawn)  # noqa: S314 - our own page


def circles(page):
    return [(float(c.get("cx")), float(c.get("cy"))) for c in picture(page).iter(f"{SVG}circle")]


def test_each_plan_is_a_point_at_its_place():
    placed = circles(render_curve(CURVE, language="en", currency="USD"))
    # Ticks enclose 0 … 5 and 100 … 150, so the first point is in the corner and the last opposite.
    assert placed[0] == (LEFT, TOP + HEIGHT)
    assert placed[2] == (WIDTH - RIGHT, TOP)
    width = WIDTH - RIGHT - LEFT
    assert placed[1] == pytest.approx((LEFT + width / 5, TOP + HEIGHT * (1 - 40 / 50)), abs=0.1)


def test_points_are_joined_labelled_and_named():
    page = render_curve(CURVE, language="en", currency="USD")
    drawn = picture(page)
    path = next(p.get("d") for p in drawn.iter(f"{SVG}path") if p.get("class") == "line")
    assert path == "M" + " L".join(f"{x},{y}" for x, y in circles(page))
    texts = [text.text for text in drawn.iter(f"{SVG}text")]
    assert "Contribution [USD]" in texts
    assert "Handovers [units]" in texts
    fills = [c.get("fill") for c in drawn.iter(f"{SVG}circle")]
    assert fills.index(ORANGE) == 2
    assert "Handovers [units]: 1, Contribution [USD]: 140" in page


def test_the_page_speaks_chinese():
    page = render_curve(CURVE, language="zh-CN", currency="CNY")
    assert "贡献（CNY）与交接（单元数）" in page


def test_points_stay_inside_the_picture_whatever_their_size():
    extremes = Curve("travel", "balance", [(-3e9, 0), (1e-9, 1e12)], ["a", "b"])
    for x, y in circles(render_curve(extremes, language="en")):
        assert LEFT <= x <= WIDTH - RIGHT
        assert TOP <= y <= TOP + HEIGHT + BOTTOM


def test_a_single_plan_is_one_point():
    assert (
        len(circles(render_curve(Curve("travel", "balance", [(3, 4)], ["x"]), language="en"))) == 1
    )


@pytest.mark.parametrize(
    ("curve", "words"),
    [
        (Curve("handovers", "contribution", [], []), "every point of the curve failed"),
        (Curve("handover", "contribution", [(0, 0)], [""]), "did you mean 'handovers'"),
    ],
)
def test_what_cannot_be_drawn_is_told(curve, words):
    with pytest.raises(AllocoptError, match=words):
        render_curve(curve, language="en")


def test_nobody_hands_over_a_part_of_a_unit():
    page = render_curve(
        Curve("handovers", "contribution", [(0, 1.5), (1, 2)], ["", ""]), language="en"
    )
    across = [
        text.text for text in picture(page).iter(f"{SVG}text") if text.get("class") == "middle"
    ]
    assert [text for text in across if text] == ["0", "1"]
