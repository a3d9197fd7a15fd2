"""What else is known about what may be sold: products, supply, events, deals, the market."""

from __future__ import annotations

from dataclasses import replace

from allocopt.tables.catalogue.sales import PLACE
from allocopt.tables.catalogue.shared import (
    DATE,
    END,
    MONEY,
    MONEY_RATE,
    PERIOD,
    PRODUCT,
    REP,
    SEGMENT,
    START,
    TERRITORY,
    UNIT,
    amount,
    date,
    number,
    required,
    saying,
    share,
    text,
)
from allocopt.tables.table import Column, Kind, Table

PRODUCTS = Table(
    "products",
    "产品",
    "What is sold.",
    ("product",),
    (
        replace(
            required(saying(PRODUCT, "Name of the product, used by all other tables.")),
            refers=(),
            # 品类 is the line here.
            synonyms=tuple(word for word in PRODUCT.synonyms if word != "品类"),
        ),
        text(
            "line",
            "产品线",
            "Product line.",
            synonyms=("product line", "category", "产品系列", "品类"),
        ),
        Column(
            "margin",
            Kind.SHARE,
            "毛利率",
            "Margin on sales; replaces the segment's.",
            "share",
            maximum=1.0,
            synonyms=("gross margin", "利润率"),
        ),
        amount(
            "price",
            "价格",
            "List price.",
            "currency/piece",
            synonyms=("list price", "unit price", "单价"),
        ),
        date("launch", "上市日期", "First day on sale.", synonyms=("launch date", "上市时间")),
    ),
    synonyms=("product", "product list", "产品表", "商品"),
)

SUPPLY = Table(
    "supply",
    "供应",
    "How much of a product can be delivered.",
    ("product", "territory", "period"),
    (
        required(PRODUCT),
        saying(TERRITORY, "Where it is delivered; blank = everywhere."),
        saying(PERIOD, "Period it holds for; blank = each."),
        required(
            amount(
                "max",
                "供应上限",
                "The most that can be sold.",
                MONEY_RATE,
                synonyms=("maximum", "limit", "supply", "上限", "供应量"),
            )
        ),
    ),
    wide=("period", "max"),
    synonyms=("supply limits", "供应限制"),
)

EVENTS = Table(
    "events",
    "事件",
    "Days on which sales are not as usual.",
    ("event", "start", "territory", "segment"),
    (
        required(
            text(
                "event",
                "事件",
                "Name of the event; the same name each time it returns.",
                synonyms=("holiday", "活动", "节日", "事件名称"),
            )
        ),
        required(START),
        required(END),
        TERRITORY,
        SEGMENT,
        Column(
            "known",
            Kind.FLAG,
            "可预知",
            "Whether it is known before it happens.",
            synonyms=("是否预知", "已知"),
        ),
        text(
            "kind", "类型", "Holiday, promotion, stock-out …", synonyms=("type", "事件类型", "类别")
        ),
    ),
    ordered=(("start", "end"),),
    synonyms=("event", "holidays and events", "节假日", "活动"),
)

DRIVERS = Table(
    "drivers",
    "驱动因素",
    "Outside figures that sales follow; values after the last history date are assumptions.",
    ("date", "driver", "territory", "segment"),
    (
        DATE,
        required(
            text(
                "driver",
                "驱动因素",
                "Name of the figure.",
                synonyms=("factor", "indicator", "因素"),
            )
        ),
        required(number("value", "数值", "The figure.", synonyms=("值", "取值"))),
        TERRITORY,
        SEGMENT,
    ),
    wide=("date", "value"),
    synonyms=("driver", "external factors", "外部因素"),
)

PIPELINE = Table(
    "pipeline",
    "商机",
    "Open deals, as they stood on a day.",
    ("deal", "snapshot_date"),
    (
        required(
            text(
                "deal",
                "商机",
                "Name of the deal.",
                synonyms=("opportunity", "deal id", "opportunity id", "商机编号"),
            )
        ),
        UNIT,
        TERRITORY,
        SEGMENT,
        saying(replace(REP, former=True), "Rep who works on it."),
        PRODUCT,
        required(
            amount(
                "amount",
                "金额",
                "What it would bring.",
                MONEY,
                synonyms=("deal value", "商机金额", "预计金额"),
            )
        ),
        text("stage", "阶段", "Where it stands.", synonyms=("deal stage", "商机阶段", "销售阶段")),
        share(
            "probability",
            "概率",
            "Chance to win.",
            synonyms=("win probability", "赢单概率", "赢率", "成交概率"),
        ),
        date("created", "创建日期", "When it was found.", synonyms=("created date", "创建时间")),
        date(
            "close",
            "预计成交日期",
            "When it is expected to be won.",
            synonyms=("close date", "expected close", "预计成交", "成交日期"),
        ),
        date(
            "snapshot_date",
            "快照日期",
            "Day of this picture.",
            synonyms=("snapshot", "as of", "快照"),
        ),
    ),
    either=PLACE,
    ordered=(("created", "close"),),
    synonyms=("deals", "opportunities", "商机表", "销售管道"),
)

JUDGEMENT = Table(
    "judgement",
    "判断",
    "What reps and managers expect.",
    ("date", "period", "rep", "territory", "segment"),
    (
        saying(DATE, "Day the judgement was given.", synonyms=("as of", "提交日期", "判断日期")),
        required(
            saying(
                PERIOD,
                "Period it is about.",
                synonyms=("month", "quarter", "week", "月份", "季度", "期间"),
            )
        ),
        saying(replace(REP, former=True), "Whose judgement."),
        TERRITORY,
        SEGMENT,
        amount("commit", "承诺", "Sure to come.", MONEY_RATE, synonyms=("承诺额", "committed")),
        amount(
            "best_case",
            "乐观",
            "If all goes well.",
            MONEY_RATE,
            synonyms=("best", "upside", "乐观值", "最佳"),
        ),
        text("reason", "原因", "Why.", synonyms=("理由",)),
        text("note", "备注", "Anything else.", synonyms=("comment", "说明")),
    ),
    either=(("rep",), ("territory",)),
    ordered=(("commit", "best_case"),),
    synonyms=("judgment", "rep forecast", "主观预测", "销售判断"),
)

MARKET = Table(
    "market",
    "市场",
    "Size of the market and our share of it.",
    ("period", "territory", "segment", "product"),
    (
        required(PERIOD),
        TERRITORY,
        SEGMENT,
        PRODUCT,
        required(
            amount(
                "size",
                "市场规模",
                "All that is bought there, from us and others.",
                MONEY_RATE,
                synonyms=("market size", "规模", "市场容量"),
            )
        ),
        share(
            "our_share",
            "市场份额",
            "What part of it is ours.",
            synonyms=("market share", "share", "份额", "市占率"),
        ),
    ),
    wide=("period", "size"),
    synonyms=("market size", "市场规模", "市场数据"),
)
