"""What people need who do not see the page as most do: names, headings, places, contrast."""

from __future__ import annotations

from playwright.sync_api import Browser
from support_house import House, change, solve, visit

from allocopt.review.screens import SCREENS

# WCAG 2.2, 1.4.3: small letters, and those of 24 px, or 18.66 px and bold.
LEAST, LEAST_LARGE = 4.5, 3.0
# Fields, links and buttons that have no name.
NAMELESS = """() => [...document.querySelectorAll(
    "input:not([type=hidden]), select, textarea, a, button, summary")]
  .filter((one) => !(one.labels?.length || one.ariaLabel || one.textContent.trim()))
  .map((one) => one.outerHTML)"""
TWICE = """() => { const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
  return ids.filter((one, at) => ids.indexOf(one) !== at); }"""
# Letters on their ground: each pair of colours once, with whether the letters are large, and some words.
PAIRS = """() => {
  const pairs = {};
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const one = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || !one.checkVisibility()) continue;
    if (one.closest("svg, script, option, [disabled]")) continue;
    const look = getComputedStyle(one), size = parseFloat(look.fontSize);
    let under = one, ground = "rgba(0, 0, 0, 0)";
    while (under && ground === "rgba(0, 0, 0, 0)") {
      ground = getComputedStyle(under).backgroundColor;
      under = under.parentElement;
    }
    const large = size >= 24 || (size >= 18.66 && parseInt(look.fontWeight) >= 700);
    pairs[[look.color, ground, large]] = texts.currentNode.data.trim().slice(0, 40);
  }
  return pairs;
}"""


def test_every_screen_can_be_heard_as_well_as_seen(shared: House, chromium: Browser) -> None:
    with visit(chromium, shared.link("amy")) as page:
        change(page, "hours", rep="Ann", hours="45")
        solve(page)
        for language in ("en", "zh-CN"):
            page.locator(f"button[name=language][value={language}]").click()
            for screen in SCREENS:
                page.goto(f"{shared.address}/plans/valley/1/{screen}")
                assert page.locator("html").get_attribute("lang") == language
                assert page.locator("h1").count() == 1, screen
                for place in ("header.top", "nav[aria-label]", "main", "aside[aria-label]"):
                    assert page.locator(place).count() == 1, (screen, place)
                assert page.evaluate(NAMELESS) == [], screen
                assert page.evaluate(TWICE) == [], screen
                assert (
                    page.locator("img:not([alt]), svg[role=img]:not([aria-labelledby])").count()
                    == 0
                )
                for pair, said in page.evaluate(PAIRS).items():
                    assert _is_read(pair), (screen, pair, said)


def _is_read(pair: str) -> bool:
    """Whether letters stand out from their ground; `pair` is 'rgb(…),rgb(…),large'."""
    *colours, large = pair.replace(" ", "").replace("),", ");").split(";")
    ratio = contrast(*(_channels(one) for one in colours))
    return ratio >= (LEAST_LARGE if large == "true" else LEAST)


def _channels(colour: str) -> tuple[float, ...]:
    return tuple(float(one) for one in colour.partition("(")[2].rstrip(")").split(",")[:3])


def contrast(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """How far two colours stand out from each other, 1 to 21 (WCAG 2.2, contrast ratio)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: tuple[float, ...]) -> float:
    """Relative luminance of a colour in sRGB (WCAG 2.2)."""
    shares = [value / 255 for value in colour]
    linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast((0, 0, 0), (255, 255, 255)) == 21
    # #767676 on white is the lightest grey that can be read.
    assert contrast((118, 118, 118), (255, 255, 255)) > LEAST > contrast((119,) * 3, (255,) * 3)
