"""Makes the tables of media_mix: curves from history, from judgement points and from parameters."""

from __future__ import annotations

from pathlib import Path

from _make.series import Series, seeded
from _make.tables import Cell, write_rows

FIRST, MONTHS = 2021, 60
# Sales of a month without any lever, at the start. [EUR/month]
PLACES = {"Coast": 400_000.0, "Plain": 240_000.0}
MIX = {"Coast": {"starter": 0.7, "family": 0.3}, "Plain": {"starter": 0.4, "family": 0.6}}
# What search does: at most a quarter more sales, half of that at 3 % of sales; a third of it lasts.
HEIGHT, HALF, CARRYOVER = 0.25, 0.03, 0.35
# Spent on dealers in every month and place. [EUR/month]
DEALERS = 8_000

SMALL_TABLES = {
    "territories": ("territory,name", [("Coast", "The coast"), ("Plain", "The plain")]),
    "segments": ("segment,name,margin", [("household", "Households", 0.5)]),
    "products": ("product,name,margin", [("starter", "Starter", 0.45), ("family", "Family", 0.6)]),
    "units": (
        "unit,territory,segment,hours,rep",
        [
            ("Coast dealers", "Coast", "household", 120, "Ada"),
            ("Plain dealers", "Plain", "household", 90, "Ben"),
        ],
    ),
    "reps": (
        "rep,hours,cost,territories",
        [("Ada", 140, 6_500, "Coast"), ("Ben", 140, 6_000, "Plain")],
    ),
    "levers": (
        "lever,name,channel,group,commit,total_max",
        [
            ("search", "Search advertising", "online", "media", "period", None),
            ("dealers", "Dealer programme", "field", "trade", "period", None),
            ("tv", "Television", "broadcast", "media", "horizon", 400_000),
        ],
    ),
    "responses": (
        "lever,form,lift_unit,lift_max,half,shape,spend_today,lift_0,lift_50,lift_100,lift_150",
        [
            ("search", "fit", None, None, None, None, None, None, None, None, None),
            ("dealers", "points", "share", 118, None, None, DEALERS, 100, 105, 109, 112),
            ("tv", "adbudg", "currency", 200_000, 60_000, 3, None, None, None, None, None),
        ],
    ),
    "supply": ("product,territory,max", [("family", "Plain", 190_000)]),
}


def make(folder: Path) -> None:
    """Sales and spend, month by month, and the tables beside them."""
    history: list[tuple[Cell, ...]] = []
    spend: list[tuple[Cell, ...]] = []
    rng = seeded(406)
    for place, level in PLACES.items():
        series = Series(level, growth=0.04, season=0.12, peak=11, noise=0.015)
        works = 0.0
        for month in range(MONTHS):
            day = f"{FIRST + month // 12}-{month % 12 + 1:02d}-01"
            spent = 0 if rng.random() < 0.2 else round(level * rng.uniform(0.005, 0.06), -2)
            works = spent + CARRYOVER * works
            lift = HEIGHT * level * works / (works + HALF * level)
            sales = series.drawn(month, rng) + lift
            history += [
                (day, place, "household", product, round(sales * share, 2))
                for product, share in MIX[place].items()
            ]
            amounts = {"search": spent, "dealers": DEALERS, "tv": 0}
            spend += [(day, lever, place, amount, "actual") for lever, amount in amounts.items()]
    spend.append(("2026-01-15", "search", "Coast", 12_000, "actual"))
    spend.append(("2026-03-15", "dealers", "Plain", 15_000, "committed"))
    write_rows(folder / "history.csv", "date,territory,segment,product,sales", history)
    write_rows(folder / "spend.csv", "date,lever,territory,spend,kind", spend)
    for name, (header, rows) in SMALL_TABLES.items():
        write_rows(folder / f"{name}.csv", header, rows)
