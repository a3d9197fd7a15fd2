"""Content with one block of each kind, and what a file holds of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from allocopt.documents.blocks import bullets, cards, chart, heading, notice, prose
from allocopt.documents.charts import Bar, BarRow, Step, bar_chart, step_chart
from allocopt.documents.language.text import visible_content
from allocopt.documents.rendering import Rendering

HOLDS = ("text", "number", "date")


def small_table(
    rows: list[list[str]], total: list[str] | None = None, holds: tuple[str, ...] = HOLDS
) -> Any:
    """A table of three columns."""
    labels = ("Name", "Amount", "Day")
    columns = [{"label": label, "holds": holds} for label, holds in zip(labels, holds, strict=True)]
    block = {"kind": "table", "caption": "A table", "columns": columns, "rows": rows}
    return {**block, "total": total or [], "more": ""}


def words_of(name: str) -> dict[str, str]:
    return {"id": f"chart-{name}", "title": f"Chart {name}", "desc": f"What {name} shows."}


def bars(count: int, *, hatched: bool = False) -> Any:
    """Bars of one series."""
    rows = [
        BarRow(f"Row {k}", [Bar(float(k + 1), "#0072b2", hatched)], str(k)) for k in range(count)
    ]
    return chart(bar_chart(rows, [("box", "#0072b2", "Sales")], str, words_of("bars")))


def waterfall(amounts: list[float]) -> Any:
    """A waterfall from a total over changes."""
    steps = [Step("Plan", 100.0, "100", total=True)]
    steps += [Step(f"Cause {k}", amount, str(amount)) for k, amount in enumerate(amounts)]
    return chart(step_chart(steps, ("Total", "More", "Less"), str, words_of("steps")))


def section(title: str, *blocks: Any) -> dict[str, Any]:
    return {"id": title.lower(), "title": title, "blocks": [one for one in blocks if one]}


def with_sections(rendering: Rendering, *sections: dict[str, Any]) -> Rendering:
    """The same document with other sections."""
    content = visible_content({**rendering.content, "sections": list(sections)})
    return replace(rendering, content=content)


def all_kinds(text: str, rows: list[list[str]]) -> dict[str, Any]:
    """A section in which a text stands in every place that a name can take."""
    return section(
        text or "Section",
        cards([(text, text, text)]),
        prose([text]),
        heading(text),
        bullets([text, text], text, text),
        notice(text),
        small_table(rows, [text, text, text], ("text",) * 3),
    )
