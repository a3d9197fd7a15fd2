"""The scenario `demand_loop`: an invented maker of tea drinks whose history has all that forecasts meet."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from _make.pipeline import Deal, draw_deals, in_snapshots, won_in
from _make.series import Series, seeded
from _make.tables import Cell, write_rows

SEED = 20260217
FIRST_YEAR = 2022
MONTHS = 48
PLANNED = 6

CHAINS, SHOPS = "连锁客户", "零售门店"
SEGMENTS = (CHAINS, SHOPS)
LEVELS = {CHAINS: 600_000, SHOPS: 400_000}

# Territory: region, outlets. Sales follow the outlets.
TERRITORIES = {
    "苏州": ("东区", 150),
    "无锡": ("东区", 100),
    "杭州": ("东区", 140),
    "合肥": ("东区", 80),
    "成都": ("西区", 130),
    "重庆": ("西区", 120),
    "西安": ("西区", 90),
    "昆明": ("西区", 60),
}
# Until 无锡 became a territory of its own, it was booked as a part of 苏州.
FORMER, SPLIT, SPLIT_FROM = "苏州", {"苏州": 0.6, "无锡": 0.4}, 36

PROMOTION, PROMOTION_MONTHS, PROMOTION_UPLIFT = "品牌周", (4, 9, 18, 27, 32, 41, 52), 0.25
POLICY, POLICY_FROM, POLICY_UPLIFT = "消费券", 30, 0.15
POLICY_DAYS = (date(2024, 7, 1), date(2026, 3, 31))
FESTIVAL, FESTIVAL_UPLIFT = "春节", -0.45
FESTIVAL_DAYS = (
    (date(2022, 1, 29), date(2022, 2, 12)),
    (date(2023, 1, 19), date(2023, 2, 2)),
    (date(2024, 2, 7), date(2024, 2, 21)),
    (date(2025, 1, 26), date(2025, 2, 9)),
    (date(2026, 2, 14), date(2026, 2, 28)),
)

TRAFFIC, TRAFFIC_EFFECT = "客流指数", 0.6
OPENED = {"合肥": 44}
CLOSED = {"昆明": 28}
# 成都 lost its largest chain; nobody wrote it down.
SHIFT_PLACE, SHIFT_FROM, SHIFT = ("成都", CHAINS), 21, 0.4
# An order of another size, and a month that the books have lost.
OUTLIER_PLACE, OUTLIER_MONTH, OUTLIER = ("重庆", CHAINS), 20, 3.5
GAP_MONTH = 7
# One cell is booked by account: shares of its sales.
BY_ACCOUNT, ACCOUNTS = ("杭州", CHAINS), {"西湖茶社": 0.5, "钱塘饮品": 0.3, "运河便利": 0.2}

FIRST_STATEMENT, STATED_AHEAD, OPTIMISM = 24, 3, 1.18
FIRST_SNAPSHOT = 24

# Rep: home, covers, hours a month, cost a month.
REPS = {
    "东一部": ("苏州", "东区", 160, 14_000),
    "东二部": ("杭州", "东区", 160, 14_000),
    "东三部": ("合肥", "东区", 120, 12_000),
    "西一部": ("成都", "西区", 170, 14_000),
    "西二部": ("重庆", "西区", 170, 13_000),
}
CARERS = {
    "苏州": "东一部",
    "无锡": "东一部",
    "杭州": "东二部",
    "合肥": "东三部",
    "成都": "西一部",
    "重庆": "西二部",
    "西安": "西二部",
}

Place = tuple[str, str]
PLACES: list[Place] = list(itertools.product(TERRITORIES, SEGMENTS))


@dataclass(frozen=True)
class World:
    """What happens: `traffic` by month, deals, and sales by place and month, those to come as well."""

    traffic: list[float]
    deals: list[Deal]
    sales: dict[tuple[Place, int], float] = field(default_factory=dict)

    def of(self, territory: str, month: int) -> float:
        """Sales of a territory in a month."""
        return sum(self.sales.get(((territory, segment), month), 0.0) for segment in SEGMENTS)


def make(folder: Path) -> None:
    """Write all tables of the scenario."""
    rng = seeded(SEED)
    world = draw_world(rng)
    write_places(folder)
    write_people(folder)
    write_history(folder, world)
    write_events(folder)
    write_drivers(folder, world)
    write_pipeline(folder, world)
    write_judgement(folder, world, rng)
    header = "from_territory,to_territory,share,effective"
    effective = str(first_day(SPLIT_FROM))
    rows = [(FORMER, to, share, effective) for to, share in SPLIT.items()]
    write_rows(folder / "recast.csv", header, rows)


def draw_world(rng: random.Random) -> World:
    """Traffic, deals of the chains, and what both bring beside level, season and events."""
    world = World(draw_traffic(rng), [])
    for place in PLACES:
        series = draw_series(place, rng)
        active = range(OPENED.get(place[0], 0), CLOSED.get(place[0], MONTHS + PLANNED))
        if place[1] == CHAINS:
            typical = 0.25 * series.level
            world.deals.extend(draw_deals(place[0], typical, active, rng))
        for month in active:
            usual = series.drawn(month, rng) * happening(place, month, world.traffic[month])
            deals = won_in(world.deals, place[0], month) if place[1] == CHAINS else 0.0
            world.sales[place, month] = usual + deals
    return world


def draw_series(place: Place, rng: random.Random) -> Series:
    """Series of a place; drinks are sold in summer."""
    size = TERRITORIES[place[0]][1] / 100
    return Series(
        level=LEVELS[place[1]] * size * rng.uniform(0.9, 1.1),
        growth=rng.uniform(0.01, 0.07),
        season=0.15 if place[1] == CHAINS else 0.22,
        peak=7,
        noise=0.05,
    )


def draw_traffic(rng: random.Random) -> list[float]:
    """An index around 100 that wanders; what is assumed of the months to come is a quiet rise."""
    level, values = 0.0, []
    for _ in range(MONTHS):
        level = 0.8 * level + rng.gauss(0, 0.03)
        values.append(round(100 * math.exp(level), 1))
    return values + [round(values[-1] + 0.5 * step, 1) for step in range(1, PLANNED + 1)]


def happening(place: Place, month: int, traffic: float) -> float:
    """Factor on the sales of a place in a month, of all that is not level, season and noise."""
    territory, segment = place
    logs = festival_share(month) * math.log1p(FESTIVAL_UPLIFT)
    if segment == SHOPS:
        logs += TRAFFIC_EFFECT * math.log(traffic / 100)
        logs += math.log1p(PROMOTION_UPLIFT) * (month in PROMOTION_MONTHS)
        in_force = TERRITORIES[territory][0] == "西区" and POLICY_FROM <= month < MONTHS + 3
        logs += math.log1p(POLICY_UPLIFT) * in_force
    if place == SHIFT_PLACE and month >= SHIFT_FROM:
        logs += math.log(SHIFT)
    if place == OUTLIER_PLACE and month == OUTLIER_MONTH:
        logs += math.log(OUTLIER)
    return math.exp(logs)


def festival_share(month: int) -> float:
    """Share of a month's days that lie in a festival."""
    start, stop = first_day(month), first_day(month + 1)
    common = (
        (min(last + timedelta(1), stop) - max(first, start)).days for first, last in FESTIVAL_DAYS
    )
    return sum(max(days, 0) for days in common) / (stop - start).days


def first_day(month: int) -> date:
    """First day of the month with this number, counted from 0 = the first January."""
    return date(FIRST_YEAR + month // 12, month % 12 + 1, 1)


def last_day(month: int) -> date:
    """Last day of a month."""
    return first_day(month + 1) - timedelta(1)


def write_places(folder: Path) -> None:
    """Two regions, eight territories, two segments."""
    regions: list[tuple[Cell, ...]] = [("东区", None, None), ("西区", None, None)]
    places = [(name, region, outlets) for name, (region, outlets) in TERRITORIES.items()]
    write_rows(folder / "territories.csv", "territory,parent,outlets", [*regions, *places])
    header = (
        "segment,margin,handover_loss,response_0,response_50,response_100,response_150,response_max"
    )
    rows = [
        (CHAINS, 0.3, 0.15, 0.4, 0.8, 1, 1.08, 1.12),
        (SHOPS, 0.4, 0.08, 0.6, 0.86, 1, 1.05, 1.08),
    ]
    write_rows(folder / "segments.csv", header, rows)


def write_people(folder: Path) -> None:
    """Units of the places that are open, and five reps."""
    units: list[tuple[Cell, ...]] = []
    for territory, segment in PLACES:
        if territory in CLOSED:
            continue
        by_account = (territory, segment) == BY_ACCOUNT
        parts = ACCOUNTS if by_account else {f"{territory}-{segment}": 1.0}
        hours = (0.42 if segment == CHAINS else 0.30) * TERRITORIES[territory][1]
        for unit, share in parts.items():
            units.append((unit, territory, segment, round(hours * share, 1), CARERS[territory]))
    write_rows(folder / "units.csv", "unit,territory,segment,hours,rep", units)
    reps = [(rep, *rest) for rep, rest in REPS.items()]
    write_rows(folder / "reps.csv", "rep,territory,territories,hours,cost", reps)


def write_history(folder: Path, world: World) -> None:
    """Monthly sales; two territories were one until they were split, one cell is booked by account."""
    rows: list[tuple[Cell, ...]] = []
    for month in range(MONTHS):
        if month != GAP_MONTH:
            rows.extend(booked(month, world))
    write_rows(folder / "history.csv", "date,territory,segment,unit,sales", rows)


def booked(month: int, world: World) -> Iterator[tuple[Cell, ...]]:
    """History rows of a month."""
    day = last_day(month).isoformat()
    before_split = month < SPLIT_FROM
    for segment in SEGMENTS if before_split else ():
        both = sum(world.sales[(name, segment), month] for name in SPLIT)
        yield day, FORMER, segment, None, round(both, 2)
    for place in PLACES:
        if (place, month) not in world.sales or (before_split and place[0] in SPLIT):
            continue
        sales = world.sales[place, month]
        parts = ACCOUNTS if place == BY_ACCOUNT else {None: 1.0}
        for unit, share in parts.items():
            yield day, *place, unit, round(share * sales, 2)


def write_events(folder: Path) -> None:
    """The promotion with the one that is planned, the policy, and the festival of five years."""
    rows: list[tuple[Cell, ...]] = [
        (PROMOTION, first_day(m), last_day(m), None, SHOPS, "promotion") for m in PROMOTION_MONTHS
    ]
    rows.append((POLICY, *POLICY_DAYS, "西区", SHOPS, "policy"))
    rows.extend((FESTIVAL, *days, None, None, "holiday") for days in FESTIVAL_DAYS)
    dated = [(name, str(start), str(end), *rest) for name, start, end, *rest in rows]
    write_rows(folder / "events.csv", "event,start,end,territory,segment,kind", dated)


def write_drivers(folder: Path, world: World) -> None:
    """Traffic of the past, and what is assumed of the months to come."""
    rows = [(str(first_day(m)), TRAFFIC, value) for m, value in enumerate(world.traffic)]
    write_rows(folder / "drivers.csv", "date,driver,value", rows)


def write_pipeline(folder: Path, world: World) -> None:
    """Snapshots at the ends of months."""
    rows = [
        (name, territory, CHAINS, amount, stage, chance, str(last_day(close)), str(last_day(month)))
        for month in range(FIRST_SNAPSHOT, MONTHS)
        for name, territory, amount, stage, chance, close in in_snapshots(world.deals, month)
    ]
    header = "deal,territory,segment,amount,stage,probability,close,snapshot_date"
    write_rows(folder / "pipeline.csv", header, rows)


def write_judgement(folder: Path, world: World, rng: random.Random) -> None:
    """What the field expects of the next three months: it knows its customers, and promises more."""
    rows: list[tuple[Cell, ...]] = []
    for month, territory in itertools.product(range(FIRST_STATEMENT, MONTHS), CARERS):
        if month < OPENED.get(territory, 0):
            continue
        for ahead in range(1, STATED_AHEAD + 1):
            knows = world.of(territory, month + ahead) * math.exp(rng.gauss(0, 0.04))
            about = first_day(month + ahead).strftime("%Y-%m")
            row = (str(last_day(month)), about, territory, round(OPTIMISM * knows, -3))
            rows.append((*row, round(1.1 * OPTIMISM * knows, -3)))
    write_rows(folder / "judgement.csv", "date,period,territory,commit,best_case", rows)
