"""What is to be reached and how it goes: targets, quotas, decisions, figures, actions."""

from __future__ import annotations

from dataclasses import replace

from allocopt.tables.catalogue.shared import (
    DATE,
    END,
    MONEY_RATE,
    NAME,
    PERIOD,
    REP,
    START,
    UNIT,
    amount,
    end,
    number,
    period,
    required,
    saying,
    text,
)
from allocopt.tables.table import Column, Kind, Table

SCOPED = ("territories", "segments", "products", "reps")

TARGETS = Table(
    "targets",
    "目标",
    "What the plan should reach.",
    ("name",),
    (
        required(
            saying(
                NAME,
                "Name of the target.",
                zh="目标名称",
                synonyms=("target", "target name", "goal", "名称", "目标"),
            )
        ),
        required(
            number(
                "amount",
                "目标值",
                "What must be reached between start and end.",
                "of the measure",
                synonyms=("target value", "value", "目标额", "目标金额", "金额"),
            )
        ),
        required(START),
        required(END),
        text(
            "measure",
            "衡量",
            "What is measured: sales, contribution, new_customers …; default sales.",
            synonyms=("metric", "kpi", "度量", "衡量指标", "指标"),
        ),
        Column(
            "scope",
            Kind.SCOPE,
            "范围",
            "Where it holds: company, territory=…, segment=…, product=…, channel=…, rep=….",
            refers=SCOPED,
            synonyms=("适用范围",),
        ),
        text(
            "kind",
            "类型",
            "A goal is paid for when missed, a floor must be kept; default goal.",
            choices=("goal", "floor"),
            synonyms=("type", "目标类型"),
        ),
        amount(
            "price",
            "缺口价格",
            "Price of each unit missing.",
            "currency/unit of the measure",
            synonyms=("penalty", "罚金", "缺口单价"),
        ),
        text("owner", "负责人", "Who answers for it.", synonyms=("responsible", "责任人")),
    ),
    ordered=(("start", "end"),),
    synonyms=("target", "goals", "目标表", "业绩目标"),
)

QUOTA_HISTORY = Table(
    "quota_history",
    "历史指标",
    "Quotas that were set before; the last one counts where `quota_before` of the rep is blank.",
    ("rep", "start"),
    (
        required(replace(REP, former=True)),
        required(
            period(
                "start",
                "开始日期",
                "Period the quota was for.",
                synonyms=(
                    *START.synonyms,
                    "date",
                    "period",
                    "month",
                    "quarter",
                    "日期",
                    "月份",
                    "季度",
                    "期间",
                    "周期",
                ),
            )
        ),
        required(
            amount(
                "quota",
                "指标",
                "The quota.",
                MONEY_RATE,
                synonyms=("target", "amount", "指标额", "任务", "目标", "销售指标"),
            )
        ),
    ),
    wide=("start", "quota"),
    synonyms=("past quotas", "quotas before", "指标历史", "历史任务"),
)

OVERRIDES = Table(
    "overrides",
    "人工调整",
    "What somebody decided against the model, with reason and date of expiry.",
    ("kind", "rep", "unit", "period"),
    (
        required(
            text(
                "kind",
                "类型",
                "What is overridden: the quota or the hours of a rep, the hours of a unit, or the "
                "rep that a unit is locked to.",
                choices=("quota", "lock", "hours"),
                synonyms=("type", "调整类型"),
            )
        ),
        REP,
        UNIT,
        saying(PERIOD, "Period it holds for; blank = all."),
        text(
            "value",
            "值",
            "The value that is set: an amount per period, or the rep of a lock.",
            synonyms=("new value", "调整值", "数值"),
        ),
        text("reason", "原因", "Why.", synonyms=("理由", "调整原因")),
        text("by", "调整人", "Who decided.", synonyms=("decided by", "author", "操作人")),
        end(
            "expires",
            "失效日期",
            "Last day it holds.",
            synonyms=("expiry", "valid until", "有效期至", "到期日"),
        ),
    ),
    either=(("rep",), ("unit",)),
    unique=False,
    synonyms=("override", "manual changes", "调整", "手工调整"),
)

KPI_VALUES = Table(
    "kpi_values",
    "绩效指标",
    "Values of key figures by date.",
    ("date", "kpi", "scope"),
    (
        DATE,
        required(
            text(
                "kpi",
                "指标",
                "Name of the figure.",
                synonyms=("metric", "measure", "指标名称", "kpi指标"),
            )
        ),
        Column(
            "scope",
            Kind.SCOPE,
            "范围",
            "Where it was measured.",
            refers=SCOPED,
            synonyms=("适用范围",),
        ),
        number("target", "目标值", "What was wanted.", "of the figure", synonyms=("goal", "目标")),
        number(
            "actual",
            "实际值",
            "What came.",
            "of the figure",
            synonyms=("value", "actual value", "实际", "数值"),
        ),
        text("owner", "负责人", "Who answers for it.", synonyms=("responsible", "责任人")),
    ),
    wide=("date", "actual"),
    synonyms=("kpis", "kpi", "绩效", "指标值"),
)

ACTIONS = Table(
    "actions",
    "行动计划",
    "Who does what until when.",
    ("action",),
    (
        required(
            text(
                "action",
                "行动",
                "What is done.",
                synonyms=("task", "measure", "任务", "行动项", "措施"),
            )
        ),
        text("goal", "目标", "What it is for.", synonyms=("purpose", "目的")),
        text("owner", "负责人", "Who does it.", synonyms=("responsible", "责任人")),
        START,
        end("due", "截止日期", "Last day.", synonyms=("due date", "deadline", "截止", "完成期限")),
        text("status", "状态", "How it stands.", synonyms=("state", "进度")),
    ),
    ordered=(("start", "due"),),
    synonyms=("action plan", "tasks", "行动", "任务"),
)
# How people write into `actions.status` that there is nothing left to do.
ENDED = frozenset(
    {
        *(
            "done",
            "closed",
            "complete",
            "completed",
            "finished",
            "dropped",
            "cancelled",
            "canceled",
        ),
        *("完成", "已完成", "关闭", "已关闭", "结束", "已结束", "取消", "已取消"),
    }
)
