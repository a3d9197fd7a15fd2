"""Past sales, and a forecast made elsewhere."""

from __future__ import annotations

from dataclasses import replace

from allocopt.tables.catalogue.shared import (
    CHANNEL,
    DATE,
    MONEY,
    MONEY_RATE,
    PERIOD,
    PRODUCT,
    REP,
    SEGMENT,
    TERRITORY,
    UNIT,
    amount,
    number,
    required,
    saying,
    text,
)
from allocopt.tables.table import Table

PLACE = (("territory", "segment"), ("unit",))

HISTORY_COLUMNS = (
    DATE,
    required(
        number(
            "sales",
            "销售额",
            "Sales of the row; returns are negative.",
            MONEY,
            synonyms=(
                *("amount", "revenue", "sales amount", "net sales", "turnover", "sales revenue"),
                *(
                    "销售金额",
                    "金额",
                    "营业额",
                    "收入",
                    "销售收入",
                    "实际销售额",
                    "销售业绩",
                    "业绩",
                ),
            ),
        )
    ),
    TERRITORY,
    SEGMENT,
    UNIT,
    saying(replace(REP, former=True), "Position that sold it; may have gone since."),
    text(
        "person", "人员", "Person who sold it.", synonyms=("seller name", "销售人员姓名", "经办人")
    ),
    PRODUCT,
    CHANNEL,
    number(
        "units_sold",
        "销量",
        "Pieces sold.",
        "pieces",
        synonyms=("quantity", "qty", "volume", "数量", "销售数量", "件数"),
    ),
    number(
        "orders",
        "订单数",
        "Orders.",
        "orders",
        synonyms=("order count", "number of orders", "订单数量", "单数"),
    ),
    number(
        "customers",
        "客户数",
        "Buying customers.",
        "customers",
        synonyms=("customer count", "active customers", "客户数量"),
    ),
    number(
        "new_customers",
        "新客户数",
        "Customers won.",
        "customers",
        synonyms=("new accounts", "新客户", "新增客户数"),
    ),
    number(
        "lost_customers",
        "流失客户数",
        "Customers lost.",
        "customers",
        synonyms=("lost accounts", "流失客户"),
    ),
    number(
        "price",
        "价格",
        "Price of a piece.",
        "currency/piece",
        synonyms=("unit price", "单价", "平均价格"),
    ),
    number(
        "discount",
        "折扣",
        "Discount given.",
        "share of price",
        synonyms=("discount rate", "折扣率"),
    ),
    number(
        "cost",
        "成本",
        "Cost of what was sold.",
        MONEY,
        synonyms=("cost of sales", "cogs", "销售成本"),
    ),
    number(
        "booked",
        "签约额",
        "Orders booked.",
        MONEY,
        synonyms=("bookings", "订单额", "订单金额", "签单额", "合同额"),
    ),
    number(
        "invoiced", "开票额", "Invoices sent.", MONEY, synonyms=("billed", "billings", "开票金额")
    ),
    number(
        "collected",
        "回款额",
        "Money received.",
        MONEY,
        synonyms=("cash collected", "collections", "回款", "回款金额"),
    ),
    amount(
        "hours",
        "工时",
        "Selling time spent.",
        "h",
        synonyms=("selling hours", "小时", "投入工时", "拜访时长"),
    ),
    number(
        "spend",
        "投入",
        "Money spent on levers.",
        MONEY,
        synonyms=("marketing spend", "费用", "投入金额", "推广费用"),
    ),
)

HISTORY = Table(
    "history",
    "历史",
    "Past sales; several rows a day are normal.",
    ("date", "territory", "segment", "unit", "rep", "product", "channel"),
    HISTORY_COLUMNS,
    unique=False,
    either=PLACE,
    wide=("date", "sales"),
    synonyms=(
        "sales history",
        "past sales",
        "历史销售",
        "销售历史",
        "历史数据",
        "销售记录",
        "销售明细",
    ),
)

ACTUALS = Table(
    "actuals",
    "实绩",
    "Sales since the plan was made; the columns of history.",
    HISTORY.key,
    HISTORY_COLUMNS,
    unique=False,
    either=PLACE,
    wide=("date", "sales"),
    synonyms=("actual", "results", "实际", "实际销售", "执行数据"),
)

DEMAND = Table(
    "demand",
    "需求",
    "A forecast made elsewhere.",
    ("period", "territory", "segment", "unit", "product", "channel"),
    (
        required(PERIOD),
        TERRITORY,
        SEGMENT,
        UNIT,
        required(
            amount(
                "mean",
                "需求均值",
                "Expected sales at standard coverage and no extra budget.",
                MONEY_RATE,
                synonyms=(
                    "demand",
                    "forecast",
                    "expected",
                    "需求",
                    "预测",
                    "预测值",
                    "预测销售额",
                    "均值",
                ),
            )
        ),
        number(
            "lower",
            "下限",
            "Lower end of the interval.",
            MONEY_RATE,
            synonyms=("low", "lower bound", "预测下限"),
        ),
        number(
            "upper",
            "上限",
            "Upper end of the interval.",
            MONEY_RATE,
            synonyms=("high", "upper bound", "预测上限"),
        ),
        PRODUCT,
        CHANNEL,
    ),
    either=PLACE,
    ordered=(("lower", "mean", "upper"),),
    wide=("period", "mean"),
    synonyms=("forecast", "demand forecast", "需求预测", "预测"),
)
