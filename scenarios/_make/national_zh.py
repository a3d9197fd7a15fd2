"""The scenario `national_zh`: an invented company in 31 provinces with three kinds of customers."""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass
from pathlib import Path

from _make.posts import Post, owner, posts
from _make.provinces import PROVINCES, REGIONS, centre
from _make.series import Series, seeded
from _make.tables import Cell, write_rows

SEED = 20260131
FIRST_YEAR = 2023
YEARS = 3

# Tier: margin, handover loss, response at 0, ½, 1, 1½ and 2½ × hours.
TIERS = {
    "战略客户": ("22%", "20%", 0.40, 0.76, 1, 1.10, 1.16),
    "重点客户": ("28%", "15%", 0.50, 0.80, 1, 1.08, 1.13),
    "普通客户": ("33%", "8%", 0.65, 0.87, 1, 1.05, 1.08),
}
SALES = (150_000, 90_000, 45_000)
HOURS = (17.0, 13.0, 10.0)
GROWTH = (0.05, 0.08, 0.03)
RESPONSE = "零覆盖销售比例,半覆盖销售比例,标准覆盖销售比例,一倍半覆盖销售比例,饱和销售比例"

# industy is nearly a column of the contract, so `check` asks about it.
UNIT_HEADER = "单元,区域,客户类型,工时,潜力,负责人,锁定原因,industy,纬度,经度"

FULL_WIDTH = str.maketrans("0123456789.", "０１２３４５６７８９．")


@dataclass(frozen=True)
class SalesCell:
    """One cell of the plan: a province and a tier, and the series of its sales."""

    province: str
    tier: int
    series: Series

    @property
    def segment(self) -> str:
        """Name of the tier."""
        return list(TIERS)[self.tier]

    @property
    def unit(self) -> str:
        """Name of the unit."""
        return f"{self.province}-{self.segment}"

    @property
    def last_year(self) -> float:
        """Expected sales of an average month of the last year of the history. [currency/month]"""
        months = range(12 * (YEARS - 1), 12 * YEARS)
        return sum(self.series.expected(month) for month in months) / 12


def make(folder: Path) -> None:
    """Write all tables of the scenario."""
    rng = seeded(SEED)
    cells = draw_cells(rng)
    team = posts({name: province.region for name, province in PROVINCES.items()})
    write_territories(folder)
    write_segments(folder)
    write_rows(folder / "units.csv", UNIT_HEADER, unit_rows(cells, rng))
    write_reps(folder, team, cells)
    write_history(folder, cells, rng)
    write_levers(folder)
    write_responses(folder)
    write_targets(folder, cells)


def draw_cells(rng: random.Random) -> list[SalesCell]:
    """93 cells, each with a series of its own; the year ends strong and is weak at the new year."""
    return [
        SalesCell(
            name,
            tier,
            Series(
                level=SALES[tier] * province.weight * rng.uniform(0.8, 1.25),
                growth=GROWTH[tier] + rng.uniform(-0.04, 0.05),
                season=(0.18, 0.15, 0.10)[tier] * rng.uniform(0.8, 1.2),
                peak=11,
                noise=0.09,
            ),
        )
        for (name, province), tier in itertools.product(PROVINCES.items(), range(len(TIERS)))
    ]


def write_territories(folder: Path) -> None:
    """The 大区, then the provinces in them."""
    regions: list[tuple[Cell, ...]] = [(region, None, None, None) for region in REGIONS]
    places = [(n, p.region, p.latitude, p.longitude) for n, p in PROVINCES.items()]
    header = "区域,上级区域,纬度,经度"
    write_rows(folder / "territories.csv", header, [*regions, *places])


def write_segments(folder: Path, **changed: tuple[Cell, ...]) -> None:
    """Margins, handover losses and responses."""
    rows = [(tier, *changed.get(tier, values)) for tier, values in TIERS.items()]
    write_rows(folder / "segments.csv", f"客户类型,毛利率,交接损失,{RESPONSE}", rows)


def unit_rows(cells: list[SalesCell], rng: random.Random) -> list[list[Cell]]:
    """The cells as units, in the columns of `UNIT_HEADER`."""
    rows: list[list[Cell]] = []
    for cell in cells:
        province = PROVINCES[cell.province]
        hours = round(HOURS[cell.tier] * province.weight**0.7, 1)
        potential = f"{cell.last_year * rng.uniform(1.5, 2.3) / 10_000:.1f}万"
        lock = "战略协议指定负责人" if cell.unit in ("上海-战略客户", "北京-战略客户") else None
        kind = ("装备制造", "电子电器", "综合")[cell.tier]
        where = (province.latitude, province.longitude)
        post = owner(cell.province, cell.tier) or None
        rows.append(
            [cell.unit, cell.province, cell.segment, hours, potential, post, lock, kind, *where]
        )
    return rows


def write_reps(folder: Path, team: list[Post], cells: list[SalesCell]) -> None:
    """One row per position."""
    header = (
        "岗位,姓名,职务,上级,区域,可负责区域,工时,效率,成本,变动薪酬,上期指标,状态,"
        "入职日期,到岗周期数,爬坡周期数,纬度,经度"
    )
    rows: list[tuple[Cell, ...]] = []
    for post in team:
        home = PROVINCES.get(post.home)
        where = (home.latitude, home.longitude) if home else centre(post.region)
        sold = sum(c.last_year for c in cells if owner(c.province, c.tier) == post.rep)
        before = f"{sold * 1.03 / 10_000:.1f}万" if post.person and sold else None
        state = ("在岗", post.start, None, None) if post.person else ("空缺", None, 1, 1)
        rank = (post.rep, post.person or None, post.role, post.manager or None)
        pay = (post.hours, post.productivity, post.cost, post.cost // 5, before)
        rows.append((*rank, post.home, post.region, *pay, *state, *where))
    write_rows(folder / "reps.csv", header, rows, encoding="utf-8-sig")


def write_history(folder: Path, cells: list[SalesCell], rng: random.Random) -> None:
    """Three years with a column for each month, as a spreadsheet of an office on GB18030 has it."""
    rows: list[list[Cell]] = []
    for year in range(YEARS):
        totals = [0.0] * 12
        for cell in cells:
            sales = [round(cell.series.drawn(12 * year + m, rng), -2) for m in range(12)]
            totals = [total + sale for total, sale in zip(totals, sales, strict=True)]
            written = [write_amount(sale, rng) for sale in sales]
            rows.append([cell.province, cell.segment, f"{FIRST_YEAR + year}年", *written])
        rows.append(["合计", None, f"{FIRST_YEAR + year}年", *(f"{t:.0f}" for t in totals)])
    header = ",".join(["省份", "客户类型", "年度", *(f"{month}月" for month in range(1, 13))])
    title = "2023—2025年分省销售额（单位：元，不含税）"
    write_rows(folder / "history.csv", header, rows, encoding="gb18030", title=title)


def write_amount(amount: float, rng: random.Random) -> str:
    """An amount in one of the ways that people write one; all are exact to 100 元."""
    ways = {
        f"{amount:.0f}": 0.70,
        f"￥{amount:,.2f}": 0.10,
        f"{amount / 10_000:.2f}万": 0.10,
        f"{amount:,.0f}": 0.05,
        f"{amount:.0f}".translate(FULL_WIDTH): 0.05,
    }
    return rng.choices(list(ways), list(ways.values()))[0]


def write_levers(folder: Path) -> None:
    """Three ways to spend."""
    rows = [
        ("市场推广", "营销", "线上", "推广", "150万"),
        ("渠道激励", "营销", "经销", "渠道", "120万"),
        ("技术支持", "人员", "直销", "支持", "100万"),
    ]
    write_rows(folder / "levers.csv", "预算科目,类型,渠道,分组,总额上限", rows)


def write_responses(folder: Path) -> None:
    """Where each lever works and how its lift flattens."""
    header = "预算科目,客户类型,曲线形式,最大提升,提升单位,半饱和投入,形状,结转,投入上限"
    rows: list[tuple[Cell, ...]] = [
        ("市场推广", "重点客户", "对数", "5%", "比例", 2_500, None, None, "0.8万"),
        ("市场推广", "普通客户", "对数", "8%", "比例", 2_000, None, None, 6_500),
        ("渠道激励", "普通客户", "幂", "7%", "比例", 1_500, 0.7, "20%", 5_000),
        ("技术支持", "战略客户", "adbudg", "6%", "比例", "0.3万", 0.9, None, "1.2万"),
    ]
    write_rows(folder / "responses.csv", header, rows)


def write_targets(folder: Path, cells: list[SalesCell]) -> None:
    """The company's goal for the year."""
    amount = round(1.08 * 12 * sum(cell.last_year for cell in cells), -6)
    header = "目标名称,目标值,开始,结束,指标,范围,目标类型,负责人"
    goal = ("2026年销售额", f"{amount / 1e8:.2f}亿", "2026年1月", "2026年12月")
    write_rows(folder / "targets.csv", header, [(*goal, "sales", "company", "目标", "销售总监")])


def make_faults(folder: Path) -> None:
    """Two tables of the child scenario with mistakes that people make."""
    rng = seeded(SEED)
    rows = unit_rows(draw_cells(rng), rng)
    column = UNIT_HEADER.split(",").index
    row_of = {row[0]: row for row in rows}
    row_of["广东-重点客户"][column("区域")] = "广东省"
    row_of["浙江-普通客户"][column("工时")] = -12
    row_of["福建-战略客户"][column("潜力")] = "待定"
    row_of["湖北-重点客户"][column("负责人")] = "湖北一部"
    twice = list(row_of["四川-重点客户"])
    write_rows(folder / "units.csv", UNIT_HEADER, [*rows, twice])
    write_segments(folder, 重点客户=("28%", "15%", 0.50, 0.80, 1, 0.92, 1.13))
