"""The scenario `regional`: an invented maker of measuring instruments with 120 accounts in 12 places."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from _make.series import Series, seeded
from _make.tables import Cell, write_rows

SEED = 20260101
FIRST_YEAR = 2023
MONTHS = 36

REGIONS = ("North", "East", "South", "West")

# Place: region, latitude, longitude. The map is invented.
PLACES = {
    "Aldermoor": ("North", 46.9, -93.2),
    "Birchfell": ("North", 46.4, -91.1),
    "Cold Harbor": ("North", 45.8, -89.3),
    "Dunmere": ("East", 44.7, -86.4),
    "Eastbrook": ("East", 43.6, -85.2),
    "Fairhaven": ("East", 42.5, -85.9),
    "Glenrock": ("South", 41.0, -88.4),
    "Hollin": ("South", 40.4, -90.3),
    "Ironbridge": ("South", 40.8, -92.5),
    "Juniper": ("West", 42.3, -95.1),
    "Kestrel": ("West", 43.6, -96.0),
    "Larkspur": ("West", 44.9, -95.4),
}

# Segment: margin, visits a month, hours a visit, handover loss, response at 0, ½, 1, 1½, 2½ × hours.
SEGMENTS = {
    "enterprise": ("Enterprise", 0.38, 6, 3.0, 0.20, 0.35, 0.75, 1.0, 1.12, 1.20),
    "midmarket": ("Mid-market", 0.42, 4, 2.0, 0.15, 0.45, 0.78, 1.0, 1.10, 1.16),
    "small": ("Small business", 0.46, 2, 1.5, 0.08, 0.60, 0.85, 1.0, 1.06, 1.10),
}
LEVELS = {"enterprise": 42_000, "midmarket": 12_000, "small": 4_000}
GROWTH = {"enterprise": 0.03, "midmarket": 0.06, "small": 0.04}
SEASON = {"enterprise": (0.10, 11), "midmarket": (0.16, 10), "small": (0.22, 5)}

# Segments of the ten accounts of a place; every second place has one enterprise account more.
MIX = ("enterprise",) + ("midmarket",) * 4 + ("small",) * 5
RICH_MIX = ("enterprise",) * 2 + ("midmarket",) * 3 + ("small",) * 5

# Rep: person, role, home, covers, hours a month, productivity, cost a month, start.
MANAGERS = {
    "NM": ("Nadia Okafor", "North", 24, 12_400, "2016-03-01"),
    "EM": ("Edgar Lindqvist", "East", 24, 12_800, "2014-09-01"),
    "SM": ("Sofia Marchetti", "South", 24, 12_100, "2018-01-15"),
    "WM": ("Walter Nakamura", "West", 24, 12_300, "2015-06-01"),
}
REPS = {
    "N1": ("Priya Raman", "Aldermoor", "North", 84, 1.06, 8_900, "2018-04-01"),
    "N2": ("Tom Becker", "Cold Harbor", "North;East", 80, 0.98, 8_300, "2021-02-01"),
    "E1": ("Marta Silva", "Dunmere", "East;North", 84, 1.02, 8_700, "2017-10-01"),
    "E2": ("Jonas Weber", "Fairhaven", "East;South", 80, 1.00, 8_400, "2020-05-01"),
    "S1": ("Amina Diallo", "Glenrock", "South;East", 84, 1.08, 9_100, "2016-11-01"),
    "S2": ("Luis Ortega", "Ironbridge", "South;West", 78, 0.95, 8_000, "2023-03-01"),
    "W1": ("Grace Kim", "Juniper", "West;South", 84, 1.04, 8_800, "2019-07-01"),
    "W2": ("Peter Novak", "Larkspur", "West;North", 78, 0.97, 8_100, "2022-08-01"),
}
OPEN_POSITION = "W3"

# Who looks after each place today; the accounts of W3's place have been vacant since its rep left.
CARERS = {
    "Aldermoor": "N1",
    "Birchfell": "N1",
    "Cold Harbor": "N2",
    "Dunmere": "E1",
    "Eastbrook": "E1",
    "Fairhaven": "E2",
    "Glenrock": "S1",
    "Hollin": "S1",
    "Ironbridge": "S2",
    "Juniper": "W1",
    "Kestrel": "",
    "Larkspur": "W2",
}

# Places where the regional manager looks after the first enterprise account.
LED_PLACES = ("Birchfell", "Eastbrook", "Hollin", "Larkspur")

FIRST_WORDS = (
    *("Alder", "Amber", "Anchor", "Arrow", "Aspen", "Beacon", "Birch", "Brook", "Cedar", "Cobalt"),
    *(
        "Copper",
        "Crest",
        "Delta",
        "Ember",
        "Falcon",
        "Granite",
        "Harbor",
        "Hazel",
        "Indigo",
        "Iron",
    ),
    *(
        "Lakeside",
        "Maple",
        "Meridian",
        "Northern",
        "Orchard",
        "Pioneer",
        "Quartz",
        "River",
        "Summit",
    ),
    "Union",
)
LAST_WORDS = ("Foods", "Plastics", "Dairy", "Paper", "Metals", "Pharma", "Glass", "Textiles")
INDUSTRIES = {
    "Foods": "food",
    "Dairy": "food",
    "Plastics": "chemicals",
    "Pharma": "chemicals",
    "Paper": "materials",
    "Metals": "materials",
    "Glass": "materials",
    "Textiles": "materials",
}


@dataclass(frozen=True)
class Account:
    """One invented account: where it is, what it buys and since when."""

    unit: str
    name: str
    place: str
    segment: str
    rep: str
    latitude: float
    longitude: float
    series: Series
    first_month: int

    @property
    def last_year(self) -> float:
        """Expected sales of an average month of the last year of the history. [currency/month]"""
        return sum(self.series.expected(m) for m in range(MONTHS - 12, MONTHS)) / 12


def make(folder: Path) -> None:
    """Write all tables of the scenario."""
    rng = seeded(SEED)
    accounts = list(draw_accounts(rng))
    write_places(folder)
    write_segments(folder)
    write_units(folder, accounts, rng)
    write_reps(folder, accounts)
    write_history(folder, accounts, rng)
    write_spend(folder, rng)
    write_levers(folder)
    write_responses(folder)
    write_targets(folder, accounts)
    write_actuals(folder / "actuals", accounts, seeded(SEED + 1))


def draw_accounts(rng: random.Random) -> Iterator[Account]:
    """Ten accounts in each place."""
    names = rng.sample(list(itertools.product(FIRST_WORDS, LAST_WORDS)), 10 * len(PLACES))
    for p, place in enumerate(PLACES):
        for k, segment in enumerate(RICH_MIX if p % 2 else MIX):
            number = 10 * p + k
            manager = f"{PLACES[place][0][0]}M"
            rep = manager if k == 0 and place in LED_PLACES else CARERS[place]
            name = " ".join(names[number])
            yield draw_account(rng, f"U{number + 1:03d}", name, place, segment, rep)


def draw_account(
    rng: random.Random, unit: str, name: str, place: str, segment: str, rep: str
) -> Account:
    """One account near its place, with a series of its own."""
    _, latitude, longitude = PLACES[place]
    amplitude, peak = SEASON[segment]
    series = Series(
        level=LEVELS[segment] * rng.uniform(0.55, 1.6),
        growth=GROWTH[segment] + rng.uniform(-0.05, 0.07),
        season=amplitude * rng.uniform(0.7, 1.3),
        peak=peak,
        noise=0.12 if segment == "enterprise" else 0.2,
    )
    return Account(
        unit,
        name,
        place,
        segment,
        rep,
        round(latitude + rng.gauss(0, 0.25), 3),
        round(longitude + rng.gauss(0, 0.3), 3),
        series,
        # One account in twelve is new: its first sale falls into the last two years.
        rng.randint(12, 28) if rng.random() < 1 / 12 else 0,
    )


def write_places(folder: Path) -> None:
    """The regions, then the places in them."""
    header = "territory,name,parent,latitude,longitude"
    regions: list[tuple[Cell, ...]] = [(r, f"{r} region", None, None, None) for r in REGIONS]
    places = [(p, p, region, lat, lon) for p, (region, lat, lon) in PLACES.items()]
    write_rows(folder / "territories.csv", header, [*regions, *places])


def write_segments(folder: Path) -> None:
    """Margins, coverage standards and responses."""
    header = (
        "segment,name,margin,visits,hours_per_visit,handover_loss,response_0,"
        "response_50,response_100,response_150,response_max"
    )
    write_rows(folder / "segments.csv", header, [(s, *rest) for s, rest in SEGMENTS.items()])


def write_units(folder: Path, accounts: list[Account], rng: random.Random) -> None:
    """Accounts with their potential; two are locked and one family stays together."""
    header = (
        "unit,name,territory,segment,potential,rep,since,lock,family,industry,latitude,longitude"
    )
    locks = {"U012": "framework contract names the rep", "U071": "clinical trial runs until autumn"}
    families = {"U041": "Eastbrook group", "U042": "Eastbrook group"}
    rows = []
    for a in accounts:
        potential = round(a.last_year * rng.uniform(1.4, 2.4), -2)
        since = f"{rng.randint(2017, 2023)}-{rng.randint(1, 12):02d}-01" if a.rep else None
        industry = INDUSTRIES[a.name.split()[1]]
        rows.append(
            (
                *(a.unit, a.name, a.place, a.segment, potential, a.rep or None, since),
                *(locks.get(a.unit), families.get(a.unit), industry, a.latitude, a.longitude),
            )
        )
    write_rows(folder / "units.csv", header, rows)


def write_reps(folder: Path, accounts: list[Account]) -> None:
    """A manager for each region, eight reps and an open position in the West."""
    header = (
        "rep,name,role,manager,territory,territories,hours,productivity,cost,"
        "variable_pay,quota_before,status,start,lead_time,ramp,replaces,latitude,"
        "longitude"
    )
    rows: list[tuple[Cell, ...]] = []
    filled = (None, None, None)
    for rep, (person, region, hours, cost, start) in MANAGERS.items():
        rank = (rep, person, "Regional manager", None, region, region, hours, 1.0, cost, 2_500)
        before = quota_before(rep, accounts)
        rows.append((*rank, before, "active", start, *filled, *region_centre(region)))
    for rep, (person, home, covers, hours, skill, cost, start) in REPS.items():
        post = (
            rep,
            person,
            "Account manager",
            f"{rep[0]}M",
            home,
            covers,
            hours,
            skill,
            cost,
            1_800,
        )
        before = quota_before(rep, accounts)
        rows.append((*post, before, "active", start, *filled, *PLACES[home][1:]))
    opening = (OPEN_POSITION, "Open position Kestrel", "Account manager", "WM", "Kestrel", "West")
    pay = (88, 1.0, 8_200, 1_800, None, "open", None, 2, 3, None)
    rows.append((*opening, *pay, *PLACES["Kestrel"][1:]))
    write_rows(folder / "reps.csv", header, rows)


def region_centre(region: str) -> tuple[float, float]:
    """Mean position of a region's places."""
    places = [(lat, lon) for r, lat, lon in PLACES.values() if r == region]
    latitude, longitude = (round(sum(axis) / len(places), 2) for axis in zip(*places, strict=True))
    return latitude, longitude


def quota_before(rep: str, accounts: list[Account]) -> float | None:
    """Last year's quota: what today's accounts sold, a little stretched. [currency/month]"""
    return round(1.04 * sum(a.last_year for a in accounts if a.rep == rep), -3) or None


def write_history(folder: Path, accounts: list[Account], rng: random.Random) -> None:
    """Monthly sales by account; now and then a return is booked on its own."""
    rows: list[tuple[Cell, ...]] = []
    for month, a in itertools.product(range(MONTHS), accounts):
        if month < a.first_month:
            continue
        date = f"{FIRST_YEAR + month // 12}-{month % 12 + 1:02d}-28"
        sales = a.series.drawn(month, rng) * fair_effect(a.segment, month)
        rows.append((date, a.unit, round(sales, 2)))
        if rng.random() < 0.004:
            rows.append((date, a.unit, round(-rng.uniform(0.05, 0.4) * sales, 2)))
    write_rows(folder / "history.csv", "date,unit,sales", rows)


FAIR_MONTHS = (3, 6, 9, 11)


def fair_effect(segment: str, month: int) -> float:
    """Enterprise accounts order a little more in months with a fair."""
    return 1.03 if segment == "enterprise" and month % 12 + 1 in FAIR_MONTHS else 1.0


def write_spend(folder: Path, rng: random.Random) -> None:
    """What fairs have cost, by place; the other levers are new and have no past."""
    rows: list[tuple[Cell, ...]] = []
    for month, place in itertools.product(range(MONTHS), PLACES):
        date = f"{FIRST_YEAR + month // 12}-{month % 12 + 1:02d}-28"
        held = month % 12 + 1 in FAIR_MONTHS
        spend = round(rng.uniform(700, 1_700), -1) if held else 0
        rows.append((date, "fairs", place, "enterprise", spend, "actual"))
    header = "date,lever,territory,segment,spend,kind"
    write_rows(folder / "spend.csv", header, rows)


def write_levers(folder: Path) -> None:
    """Four ways to spend; together they could use more than the budget."""
    header = "lever,name,kind,channel,group,total_max"
    rows = [
        ("fairs", "Trade fairs", "marketing", "field", "awareness", 180_000),
        ("online", "Online campaign", "marketing", "online", "awareness", 160_000),
        ("engineers", "Application engineers", "people", "field", "support", 200_000),
        ("demo_units", "Demonstration units", "tools", "field", "support", 120_000),
    ]
    write_rows(folder / "levers.csv", header, rows)


def write_responses(folder: Path) -> None:
    """Where each lever works and how its lift flattens."""
    header = "lever,territory,segment,form,lift_max,lift_unit,half,shape,carryover,spend_max"
    curves: list[tuple[str, str, tuple[Cell, ...]]] = [
        ("fairs", "enterprise", ("log", 0.10, "share", 1_500, None, None, 6_000)),
        ("online", "midmarket", ("power", 0.07, "share", 500, 0.6, 0.4, 2_500)),
        ("online", "small", ("power", 0.10, "share", 400, 0.6, 0.4, 2_000)),
        ("engineers", "enterprise", ("log", 6_000, "currency", 1_400, None, None, 5_000)),
        ("engineers", "midmarket", ("log", 3_500, "currency", 1_100, None, None, 4_000)),
        ("demo_units", "enterprise", ("adbudg", 0.04, "share", 900, 0.9, None, 4_000)),
        ("demo_units", "midmarket", ("adbudg", 0.05, "share", 600, 0.9, None, 3_000)),
    ]
    rows = [(lever, None, segment, *curve) for lever, segment, curve in curves]
    write_rows(folder / "responses.csv", header, rows)


def write_targets(folder: Path, accounts: list[Account]) -> None:
    """The company's goal: a tenth above the last year."""
    header = "name,amount,start,end,measure,scope,kind,owner"
    amount = round(1.10 * 12 * sum(a.last_year for a in accounts), -5)
    goal = ("Sales 2026", amount, "2026-01-01", "2026-12-31", "sales", "company", "goal")
    write_rows(folder / "targets.csv", header, [(*goal, "Head of sales")])


# What came of the plan year: buyers in the East wait from February on, the North does a little better.
WAITING, EAGER = 0.78, 1.06
# Levers bring something from the start; nobody of the place Hollin has reported April yet.
LIFTED, SILENT = 1.05, ("Hollin", 39)
VISITING = {name: visits * hours for name, (_, _, visits, hours, *_) in SEGMENTS.items()}
SPENT = {"fairs": 11_500, "online": 9_200, "engineers": 4_600, "demo_units": 1_900}


def write_actuals(folder: Path, accounts: list[Account], rng: random.Random) -> None:
    """Sales and hours of the first four months of the plan, and the spend of the first quarter.

    April comes in a file of its own, with an entry of March that is corrected.
    """
    folder.mkdir(exist_ok=True)
    months = {month: list(_sold(accounts, month, rng)) for month in range(MONTHS, MONTHS + 4)}
    header = "date,unit,sales,orders,hours"
    quarter = [row for month in range(MONTHS, MONTHS + 3) for row in months[month]]
    write_rows(folder / "2026-q1.csv", header, quarter)
    date, unit, sales, *rest = months[MONTHS + 2][0]
    corrected = (date, unit, round(0.6 * float(sales or 0), 2), *rest)
    write_rows(folder / "2026-04.csv", header, [corrected, *months[MONTHS + 3]])
    spend = [
        (f"2026-{month:02d}-28", lever, round(amount * rng.uniform(0.9, 1.05), -1))
        for month in (1, 2, 3)
        for lever, amount in SPENT.items()
    ]
    write_rows(folder / "spend-2026-q1.csv", "date,lever,spend", spend)


def _sold(accounts: list[Account], month: int, rng: random.Random) -> Iterator[tuple[Cell, ...]]:
    """Rows of one month: date, unit, sales, orders, hours of selling."""
    date = f"{FIRST_YEAR + month // 12}-{month % 12 + 1:02d}-28"
    for a in accounts:
        if (a.place, month) == SILENT:
            continue
        region = PLACES[a.place][0]
        market = WAITING if region == "East" and month > MONTHS else 1.0
        market *= EAGER if region == "North" else 1.0
        sales = a.series.drawn(month, rng) * fair_effect(a.segment, month) * market * LIFTED
        orders = max(1, round(sales / 3_500))
        hours = round(VISITING[a.segment] * rng.uniform(0.7, 1.0), 1)
        yield (date, a.unit, round(sales, 2), orders, hours)
