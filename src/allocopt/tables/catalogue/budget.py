"""Ways to spend money, what they bring, and what has been spent."""

from __future__ import annotations

from dataclasses import replace

from allocopt.tables.catalogue.shared import (
    CHANNEL,
    DATE,
    LEVER,
    MONEY,
    MONEY_RATE,
    NAME,
    SEGMENT,
    TERRITORY,
    amount,
    number,
    required,
    saying,
    share,
    text,
)
from allocopt.tables.table import Column, Kind, Table

LEVERS = Table(
    "levers",
    "预算科目",
    "Ways to spend: a campaign, a channel programme, a discount pool.",
    ("lever",),
    (
        replace(required(saying(LEVER, "Name of the lever, used by all other tables.")), refers=()),
        saying(NAME, NAME.doc, synonyms=("lever name", "科目名称", "活动名称")),
        text(
            "kind",
            "类型",
            "What the money buys.",
            choices=("people", "marketing", "tools"),
            synonyms=("type", "类别", "科目类型"),
        ),
        CHANNEL,
        text(
            "group",
            "分组",
            "Levers that share a budget.",
            synonyms=("budget group", "预算组", "组别"),
        ),
        amount(
            "total_min",
            "总额下限",
            "Least to spend.",
            "currency/horizon",
            synonyms=("min total", "最低总额", "预算下限"),
        ),
        amount(
            "total_max",
            "总额上限",
            "Most to spend.",
            "currency/horizon",
            synonyms=("max total", "budget", "最高总额", "预算上限", "预算"),
        ),
        text(
            "commit",
            "承诺方式",
            "horizon: the same amount in every period; period (default): free in each.",
            choices=("horizon", "period"),
            synonyms=("commitment",),
        ),
        Column(
            "reactive",
            Kind.FLAG,
            "可应变",
            "Whether spend follows demand as it comes; else it is committed before (default).",
            synonyms=("flexible", "是否可应变", "可机动"),
        ),
        amount(
            "roi_min",
            "最低回报率",
            "Least margin that each unit of money must bring.",
            "",
            synonyms=("min roi", "最低roi"),
        ),
    ),
    ordered=(("total_min", "total_max"),),
    synonyms=("lever", "budget levers", "budgets", "预算", "科目", "投入科目"),
)

LIFT = "currency/period or share"
# Sales or lifts that people expect at shares of today's spend (form `points`), with lift_max the fifth.
_POINTS = (
    amount(
        "spend_today",
        "当前投入",
        "Today's spend, which the five points refer to.",
        MONEY_RATE,
        exclusive=True,
        synonyms=("current spend", "today's spend", "现投入"),
    ),
    amount("lift_0", "零投入提升", "Lift or sales at no spend.", LIFT, synonyms=("lift at 0",)),
    amount(
        "lift_50",
        "半投入提升",
        "Lift or sales at half of today's spend.",
        LIFT,
        synonyms=("lift at 50%",),
    ),
    amount(
        "lift_100",
        "现投入提升",
        "Lift or sales at today's spend.",
        LIFT,
        synonyms=("lift at 100%",),
    ),
    amount(
        "lift_150",
        "一点五倍投入提升",
        "Lift or sales at one and a half times today's spend.",
        LIFT,
        synonyms=("lift at 150%",),
    ),
)

RESPONSES = Table(
    "responses",
    "响应曲线",
    "How sales change with spend: one curve per lever and place.",
    ("lever", "territory", "segment"),
    (
        required(LEVER),
        saying(TERRITORY, "Where the curve holds; blank = everywhere."),
        saying(SEGMENT, "For whom the curve holds; blank = everybody."),
        required(
            text(
                "form",
                "曲线形式",
                "Shape family; formulas in docs/formulation.md.",
                choices=("linear", "power", "log", "adbudg", "points", "fit"),
                synonyms=("curve", "curve form", "形式", "曲线"),
            )
        ),
        amount(
            "lift_max",
            "最大提升",
            "Lift scale of the curve; of five points the one at saturation. Not for `fit`.",
            LIFT,
            synonyms=("max lift", "最大增量", "提升上限"),
        ),
        text(
            "lift_unit",
            "提升单位",
            "What lifts are measured in; of `fit` share.",
            choices=("currency", "share"),
            synonyms=("unit of lift", "增量单位"),
        ),
        amount(
            "half",
            "半饱和投入",
            "Spend that brings half of lift_max; not for `points` and `fit`.",
            MONEY_RATE,
            exclusive=True,
            synonyms=("half saturation", "half spend", "半饱和点"),
        ),
        *_POINTS,
        number(
            "shape",
            "形状",
            "Exponent of power and adbudg.",
            "",
            # Flatter curves end at a spend that has no meaning: 1,000 times `half` and far beyond.
            minimum=0.2,
            # Steeper ones are steps.
            maximum=20.0,
            synonyms=("exponent", "形状参数"),
        ),
        share(
            "carryover",
            "结转",
            "Part of the effective spend that lasts into the next period.",
            synonyms=("adstock", "结转率", "延续率"),
        ),
        amount(
            "spend_max",
            "投入上限",
            "Most to spend here.",
            MONEY_RATE,
            synonyms=("max spend", "最高投入"),
        ),
        amount(
            "spend_min_if_any",
            "最低起投",
            "Least to spend here if anything is spent.",
            MONEY_RATE,
            synonyms=("min spend if any", "起投额"),
        ),
    ),
    ordered=(("spend_min_if_any", "spend_max"),),
    synonyms=("response", "response curves", "响应", "曲线"),
)

SPEND = Table(
    "spend",
    "投入",
    "Money spent on levers, or committed already.",
    ("date", "lever", "territory", "segment", "kind"),
    (
        DATE,
        required(LEVER),
        required(
            number(
                "spend",
                "投入",
                "Money spent.",
                MONEY,
                synonyms=("amount", "cost", "金额", "费用", "投入金额", "支出"),
            )
        ),
        TERRITORY,
        SEGMENT,
        text(
            "kind",
            "类型",
            "Spent, or committed; default actual.",
            choices=("actual", "committed"),
            synonyms=("type", "类别"),
        ),
    ),
    unique=False,
    wide=("date", "spend"),
    synonyms=("spending", "expenses", "费用", "投入明细", "支出"),
)
