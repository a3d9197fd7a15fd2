"""The territory tree, the segments, and how history is re-stated when they change."""

from __future__ import annotations

from dataclasses import replace

from allocopt.tables.catalogue.shared import (
    LATITUDE,
    LONGITUDE,
    NAME,
    SEGMENT,
    TERRITORY,
    amount,
    date,
    renamed,
    required,
    saying,
    share,
    text,
)
from allocopt.tables.table import Column, Kind, Table

TERRITORIES = Table(
    "territories",
    "区域",
    "The tree of territories; any further numeric column is a measure.",
    ("territory",),
    (
        replace(
            required(saying(TERRITORY, "Name of the territory, used by all other tables.")),
            refers=(),
            synonyms=(
                "territory id",
                "territory code",
                "region",
                "area",
                "地区",
                "片区",
                "销售区域",
                "省份",
                "省区",
                "区域编码",
            ),
        ),
        saying(NAME, NAME.doc, synonyms=("territory name", "区域名称")),
        renamed(
            TERRITORY,
            "parent",
            "上级区域",
            "Node above; blank = top.",
            "parent territory",
            "上级",
            "父区域",
            "大区",
            "所属大区",
            "所属区域",
        ),
        LATITUDE,
        LONGITUDE,
    ),
    synonyms=("territory", "regions", "areas", "大区", "地区", "区域表", "销售区域"),
)

SEGMENTS = Table(
    "segments",
    "客户细分",
    "Kinds of customer: margin, coverage standard, and how sales follow coverage.",
    ("segment",),
    (
        replace(
            required(saying(SEGMENT, "Name of the segment, used by all other tables.")), refers=()
        ),
        saying(NAME, NAME.doc, synonyms=("display name", "细分名称")),
        Column(
            "margin",
            Kind.SHARE,
            "毛利率",
            "Margin on sales; default 1, assumed.",
            "share",
            maximum=1.0,
            synonyms=("gross margin", "margin rate", "利润率", "毛利", "贡献率"),
        ),
        amount(
            "visits",
            "拜访次数",
            "Standard visits per unit.",
            "1/period",
            synonyms=("拜访", "拜访频次", "calls", "标准拜访次数"),
        ),
        amount(
            "hours_per_visit",
            "每次拜访工时",
            "Selling time of one visit.",
            "h",
            synonyms=("visit hours", "每次工时", "单次拜访时长"),
        ),
        share(
            "handover_loss",
            "交接损失",
            "Share of sales lost in the year after a handover.",
            synonyms=("交接损失率",),
        ),
        amount(
            "response_0",
            "零覆盖销售比例",
            "Sales at no coverage, as a share of demand.",
            "share",
            synonyms=("response 0%",),
        ),
        amount(
            "response_50",
            "半覆盖销售比例",
            "Sales at half the hours, as a share of demand.",
            "share",
            synonyms=("response 50%",),
        ),
        amount(
            "response_100",
            "标准覆盖销售比例",
            "Sales at the standard hours; 1 by definition.",
            "share",
            synonyms=("response 100%",),
        ),
        amount(
            "response_150",
            "一倍半覆盖销售比例",
            "Sales at 1½ × the hours, as a share of demand.",
            "share",
            synonyms=("response 150%",),
        ),
        amount(
            "response_max",
            "饱和销售比例",
            "Sales at 2½ × the hours, as a share of demand.",
            "share",
            synonyms=("response 250%", "saturation"),
        ),
    ),
    ordered=(("response_0", "response_50", "response_100", "response_150", "response_max"),),
    synonyms=("segment", "customer segments", "细分", "客户类型", "客户等级", "细分市场"),
)

RECAST = Table(
    "recast",
    "口径调整",
    "How history is re-stated when territories or segments change.",
    ("from_territory", "to_territory", "from_segment", "to_segment", "effective"),
    (
        text(
            "from_territory",
            "原区域",
            "Territory as in history.",
            synonyms=("old territory", "旧区域"),
        ),
        renamed(TERRITORY, "to_territory", "新区域", "Territory from now on.", "new territory"),
        text(
            "from_segment",
            "原客户细分",
            "Segment as in history.",
            synonyms=("old segment", "旧细分", "原客户类型"),
        ),
        renamed(
            SEGMENT,
            "to_segment",
            "新客户细分",
            "Segment from now on.",
            "new segment",
            "新细分",
            "新客户类型",
        ),
        share("share", "比例", "Part that moves; default 1.", synonyms=("percentage", "占比")),
        date("effective", "生效日期", "From when on.", synonyms=("effective date", "生效")),
    ),
    either=(("from_territory", "to_territory"), ("from_segment", "to_segment")),
    synonyms=("restatement", "重述", "区域调整"),
)
