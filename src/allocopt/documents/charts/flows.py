"""Flows: who gives to whom, as bands between two columns that are as wide as what is given."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from allocopt.documents.charts.drawing import Shape, area, group, rect, text
from allocopt.documents.charts.palette import CATEGORIES, DARK, OTHERS
from allocopt.documents.charts.scales import FONT, LARGEST, SMALLEST, WIDTH
from allocopt.documents.language.text import shorten, text_width

# Px of a whole chart that the bands share, and what a label needs.
HEIGHT, GAP, LABEL = 300.0, 8.0, 16.0
NODE, SIDE, TOP = 12.0, 230.0, 30.0
LABEL_WIDTH = (SIDE - NODE - 12) / FONT  # [em]
TINTS = CATEGORIES[:6]


@dataclass(frozen=True)
class Flow:
    """What one gives to another; the amount is positive."""

    giver: str
    taker: str
    amount: float


@dataclass(frozen=True)
class _Node:
    """A bar of a column: its name, what flows through it, and where it lies."""

    name: str
    amount: float
    top: float
    height: float


def flow_chart(
    flows: Sequence[Flow],
    heads: tuple[str, str],
    write: Callable[[float], str],
    words: Mapping[str, str],
) -> dict[str, Any]:
    """Geometry of flows, the first ones on top; `heads` stand over the two columns.

    Bands are told apart by where they begin and end; the tint is the giver's. `words` are the chart's id,
    title and desc.
    """
    flows = [replace(flow, amount=min(flow.amount, LARGEST)) for flow in flows]
    total = max(sum(flow.amount for flow in flows), SMALLEST)
    givers = _column([(flow.giver, flow.amount) for flow in flows], total)
    takers = _column([(flow.taker, flow.amount) for flow in flows], total)
    height = max(
        node.top + max(node.height, LABEL) for node in (*givers.values(), *takers.values())
    )
    left, right = SIDE, WIDTH - SIDE
    shapes = [
        text(left, 14, heads[0], "end", bold=True),
        text(right, 14, heads[1], bold=True),
        *_bands(flows, givers, takers, total, write),
        *_nodes(givers, left - NODE, (left - NODE - 8, "end"), write),
        *_nodes(takers, right, (right + NODE + 8, "start"), write),
    ]
    size = {"width": WIDTH, "height": height + 12}
    return {**words, **size, "kind": "drawing", "legend": [], "shapes": shapes}


def _column(ends: Sequence[tuple[str, float]], total: float) -> dict[str, _Node]:
    """Nodes of one column from the top; each leaves room for its label."""
    sums: dict[str, float] = {}
    for name, amount in ends:
        sums[name] = sums.get(name, 0.0) + amount
    nodes, top = {}, TOP
    for name, amount in sums.items():
        height = HEIGHT * (amount / total)
        nodes[name] = _Node(name, amount, top, height)
        top += max(height, LABEL) + GAP
    return nodes


def _nodes(
    nodes: Mapping[str, _Node],
    x: float,
    label: tuple[float, str],
    write: Callable[[float], str],
) -> Iterator[Shape]:
    """The bars of a column with names and amounts beside them."""
    for node in nodes.values():
        amount = write(node.amount)
        name = shorten(node.name, LABEL_WIDTH - text_width(amount) - 2)
        middle = node.top + node.height / 2
        yield rect(x, node.top, NODE, max(node.height, 1.0), DARK)
        yield group(
            f"{node.name}: {amount}",
            [text(label[0], max(middle + 4, node.top + 9), f"{name} · {amount}", label[1])],
        )


def _bands(
    flows: Sequence[Flow],
    givers: Mapping[str, _Node],
    takers: Mapping[str, _Node],
    total: float,
    write: Callable[[float], str],
) -> Iterator[Shape]:
    """Bands in the order of the flows, stacked along both of their bars."""
    tints = {name: TINTS[k % len(TINTS)] for k, name in enumerate(givers)}
    leaves = {name: node.top for name, node in givers.items()}
    comes = {name: node.top for name, node in takers.items()}
    for flow in sorted(flows, key=lambda flow: _order(flow, givers, takers)):
        width = HEIGHT * (flow.amount / total)
        d = _band(leaves[flow.giver], comes[flow.taker], width)
        leaves[flow.giver] += width
        comes[flow.taker] += width
        title = f"{flow.giver} → {flow.taker}: {write(flow.amount)}"
        yield group(title, [area(d, tints[flow.giver], 0.45, OTHERS)])


def _order(
    flow: Flow, givers: Mapping[str, _Node], takers: Mapping[str, _Node]
) -> tuple[float, float]:
    """From top to bottom on both sides, so that bands of one bar do not cross."""
    return givers[flow.giver].top, takers[flow.taker].top


def _band(start: float, end: float, width: float) -> str:
    """Closed SVG path of a band between the columns."""
    left, right, middle = SIDE, WIDTH - SIDE, WIDTH / 2
    return (
        f"M{left:.1f},{start:.1f} C{middle:.1f},{start:.1f} {middle:.1f},{end:.1f} "
        f"{right:.1f},{end:.1f} V{end + width:.1f} C{middle:.1f},{end + width:.1f} "
        f"{middle:.1f},{start + width:.1f} {left:.1f},{start + width:.1f} Z"
    )
