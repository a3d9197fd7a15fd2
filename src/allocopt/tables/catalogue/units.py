"""Units and what is particular to them: pairs with reps, borders, seasons of their workload."""

from __future__ import annotations

from dataclasses import replace

from allocopt.tables.catalogue.shared import (
    HOURS_RATE,
    LATITUDE,
    LONGITUDE,
    MONEY_RATE,
    NAME,
    PERIOD,
    REP,
    SEGMENT,
    TERRITORY,
    UNIT,
    amount,
    date,
    end,
    number,
    required,
    saying,
    share,
    text,
)
from allocopt.tables.table import Column, Kind, Table

HOURS_WORDS = (
    *(
        "selling hours",
        "selling time",
        "work hours",
        "available hours",
        "hours per period",
        "workload",
    ),
    *("小时", "小时数", "销售时间", "销售工时", "可用工时", "可用小时", "所需工时", "工作量"),
)

UNITS = Table(
    "units",
    "覆盖单元",
    "What is assigned as a whole: a (territory, segment) cell, or one account.",
    ("unit",),
    (
        replace(
            required(saying(UNIT, "Name of the unit, used by all other tables.")),
            refers=(),
            synonyms=(
                *(
                    "unit id",
                    "unit code",
                    "coverage unit",
                    "customer",
                    "customer id",
                    "customer code",
                ),
                *("单元", "单元编号", "客户", "客户编号", "客户编码", "客户代码", "终端", "客户id"),
            ),
        ),
        required(saying(TERRITORY, "Where the unit lies.")),
        required(SEGMENT),
        amount(
            "hours",
            "工时",
            "Selling time for standard coverage; blank: the segment's visits × hours per visit.",
            HOURS_RATE,
            synonyms=HOURS_WORDS,
        ),
        amount(
            "visits",
            "拜访次数",
            "Visits for standard coverage.",
            "1/period",
            synonyms=("拜访", "拜访频次", "calls"),
        ),
        amount(
            "potential",
            "潜力",
            "The most the unit could buy, from us and others.",
            MONEY_RATE,
            synonyms=("market potential", "sales potential", "市场潜力", "销售潜力", "客户潜力"),
        ),
        amount(
            "demand",
            "需求",
            "Sales at standard coverage and no extra budget.",
            MONEY_RATE,
            synonyms=("expected sales", "forecast", "需求量", "预测销售额", "预计销售额", "预测"),
        ),
        saying(REP, "Today's owner; blank = vacant."),
        date(
            "since",
            "负责起始",
            "Since when today's owner has had it.",
            synonyms=("owner since", "负责日期"),
        ),
        text(
            "lock",
            "锁定",
            "Why the unit must stay with its owner; blank = free.",
            synonyms=("locked", "锁定原因"),
        ),
        end(
            "lock_until",
            "锁定至",
            "Last day of the lock; blank = whole plan.",
            synonyms=("锁定截止",),
        ),
        text(
            "family",
            "同组",
            "Units of one family are kept with one rep.",
            synonyms=("group", "集团", "捆绑组"),
        ),
        text(
            "apart",
            "互斥组",
            "Units of one such group go to different reps.",
            synonyms=("互斥", "分开组"),
        ),
        amount(
            "share_max",
            "最多负责人数",
            "Owners allowed; default 1.",
            "reps",
            synonyms=("max owners", "owners max", "共管人数"),
        ),
        text(
            "account",
            "账户",
            "Account number in the customer system.",
            synonyms=("account id", "account number", "账号"),
        ),
        text(
            "parent_account",
            "上级客户",
            "The account's parent company.",
            synonyms=("parent", "母公司", "集团客户"),
        ),
        saying(
            NAME,
            NAME.doc,
            synonyms=(
                "unit name",
                "customer name",
                "account name",
                "客户名称",
                "单元名称",
                "客户名",
            ),
        ),
        LATITUDE,
        LONGITUDE,
        date(
            "renewal",
            "续约日期",
            "When the contract is renewed.",
            synonyms=("renewal date", "续约", "续签日期"),
        ),
        text("industry", "行业", "Industry of the customer.", synonyms=("sector", "所属行业")),
        text(
            "lifecycle",
            "生命周期",
            "Stage of the customer's life.",
            synonyms=("stage", "客户阶段", "生命周期阶段"),
        ),
    ),
    synonyms=("unit", "accounts", "customers", "单元", "客户", "客户名单", "客户清单"),
)

PAIRS = Table(
    "pairs",
    "配对",
    "What is particular to one unit with one rep.",
    ("unit", "rep"),
    (
        required(UNIT),
        required(REP),
        Column(
            "allowed",
            Kind.FLAG,
            "允许",
            "Whether the rep may cover the unit.",
            synonyms=("eligible", "是否允许", "可分配"),
        ),
        amount(
            "hours",
            "工时",
            "Replaces the unit's hours for this rep, net of travel.",
            HOURS_RATE,
            synonyms=HOURS_WORDS,
        ),
        number(
            "value",
            "价值",
            "Worth of this pair, added to the objective.",
            "currency/horizon",
            synonyms=("benefit", "score", "收益", "得分"),
        ),
        amount("distance", "距离", "One way.", "km", synonyms=("km", "里程", "路程")),
        share(
            "fit",
            "匹配度",
            "How well the rep knows this kind of customer.",
            synonyms=("match", "契合度"),
        ),
    ),
    synonyms=("pair", "单元代表配对", "分配配对"),
)

ADJACENCY = Table(
    "adjacency",
    "相邻",
    "Which units or territories touch each other.",
    ("a", "b"),
    (
        required(
            text(
                "a",
                "甲",
                "One side.",
                refers=("units", "territories"),
                synonyms=("from", "node a", "单元a", "区域a"),
            )
        ),
        required(
            text(
                "b",
                "乙",
                "The other side.",
                refers=("units", "territories"),
                synonyms=("to", "node b", "单元b", "区域b"),
            )
        ),
        amount(
            "length",
            "边界长度",
            "Length of the common border; default 1.",
            "",
            synonyms=("border", "长度", "weight"),
        ),
    ),
    synonyms=("neighbours", "neighbors", "相邻关系", "邻接"),
)

WORKLOAD = Table(
    "workload",
    "工作量系数",
    "Seasons of the workload.",
    ("unit", "segment", "period"),
    (
        UNIT,
        SEGMENT,
        saying(PERIOD, "Period the factor is for; blank = all."),
        required(
            amount(
                "factor",
                "系数",
                "Multiplies the hours.",
                "",
                synonyms=("multiplier", "工作量系数", "倍数"),
            )
        ),
    ),
    either=(("unit",), ("segment",)),
    wide=("period", "factor"),
    synonyms=("workload factors", "工作量"),
)
