"""Reps, when they are away, whom they serve and how they are paid."""

from __future__ import annotations

from dataclasses import replace

from allocopt.tables.catalogue.shared import (
    END,
    HOURS_RATE,
    LATITUDE,
    LONGITUDE,
    MONEY_RATE,
    NAME,
    REP,
    START,
    TERRITORY,
    amount,
    renamed,
    required,
    saying,
    share,
    text,
)
from allocopt.tables.catalogue.units import HOURS_WORDS
from allocopt.tables.table import Column, Kind, Table

REPS = Table(
    "reps",
    "销售代表",
    "One row per position, filled by a person or open.",
    ("rep",),
    (
        replace(
            required(saying(REP, "Name of the position, used by all other tables.")),
            refers=(),
            synonyms=(
                *(
                    "rep id",
                    "rep code",
                    "rep name",
                    "sales rep",
                    "sales representative",
                    "salesperson",
                ),
                *(
                    "seller",
                    "position",
                    "代表",
                    "业务员",
                    "销售员",
                    "销售人员",
                    "岗位",
                    "代表姓名",
                    "业务代表",
                ),
            ),
        ),
        required(
            amount(
                "hours",
                "工时",
                "Selling time the rep has to give.",
                HOURS_RATE,
                synonyms=(*HOURS_WORDS, "capacity"),
            )
        ),
        text(
            "person",
            "人员",
            "Person in the position; history belongs to the person.",
            synonyms=("人员姓名", "在岗人员"),
        ),
        text(
            "employee_id",
            "工号",
            "Personnel number.",
            synonyms=("employee", "employee number", "staff id", "员工编号", "员工号"),
        ),
        text(
            "email",
            "邮箱",
            "Address for the plan's letters.",
            synonyms=("e-mail", "mail", "电子邮件", "邮件"),
        ),
        saying(NAME, NAME.doc, synonyms=("姓名", "full name", "display name")),
        text(
            "role",
            "角色",
            "Job of the rep.",
            synonyms=("job title", "title", "职务", "岗位角色", "职位"),
        ),
        text(
            "manager",
            "经理",
            "Who leads the rep; quotas add up by it.",
            synonyms=("sales manager", "上级", "主管", "直属经理", "汇报对象"),
        ),
        saying(TERRITORY, "Home territory."),
        Column(
            "territories",
            Kind.LIST,
            "可负责区域",
            "Nodes of the tree this rep may cover, between semicolons; blank = all.",
            refers=("territories",),
            synonyms=("allowed territories", "负责区域", "覆盖区域", "可覆盖区域"),
        ),
        Column(
            "segments",
            Kind.LIST,
            "可负责客户细分",
            "Segments this rep may cover, between semicolons; blank = all.",
            refers=("segments",),
            synonyms=("allowed segments", "可负责细分", "负责客户类型", "覆盖客户类型"),
        ),
        LATITUDE,
        LONGITUDE,
        text(
            "status",
            "状态",
            "Filled, open for a hire, or about to leave; default active.",
            choices=("active", "open", "leaving"),
            synonyms=("在岗状态", "岗位状态", "人员状态"),
        ),
        saying(
            START,
            "First day in the position.",
            synonyms=(*START.synonyms, "入职日期", "hire date", "到岗日期"),
        ),
        saying(
            END, "Last day in the position.", synonyms=(*END.synonyms, "离职日期", "leave date")
        ),
        amount(
            "lead_time",
            "到岗周期数",
            "Periods until an open position can start.",
            "periods",
            synonyms=("招聘周期",),
        ),
        saying(
            replace(REP, former=True),
            "Position that this one takes over from.",
            name="replaces",
            zh="接替",
            synonyms=("接替对象", "替换"),
        ),
        amount(
            "ramp",
            "爬坡周期数",
            "Periods until full hours.",
            "periods",
            synonyms=("ramp up", "ramp periods", "爬坡期", "上手周期"),
        ),
        amount(
            "productivity",
            "效率",
            "Sales per hour against the average; default 1.",
            "",
            synonyms=("能力系数", "效率系数", "产能系数"),
        ),
        amount(
            "cost",
            "成本",
            "Cost of the rep, without variable pay.",
            MONEY_RATE,
            synonyms=("salary", "人力成本", "人员成本", "薪酬"),
        ),
        amount(
            "variable_pay",
            "变动薪酬",
            "Pay at full attainment of the quota.",
            MONEY_RATE,
            synonyms=("bonus", "奖金", "浮动薪酬", "提成"),
        ),
        amount(
            "quota_before",
            "上期指标",
            "Quota of today.",
            MONEY_RATE,
            synonyms=("current quota", "quota", "原指标", "当前指标", "指标"),
        ),
        amount(
            "quota_min", "指标下限", "Least quota.", MONEY_RATE, synonyms=("min quota", "最低指标")
        ),
        amount(
            "quota_max",
            "指标上限",
            "Highest quota.",
            MONEY_RATE,
            synonyms=("max quota", "最高指标"),
        ),
    ),
    ordered=(("start", "end"), ("quota_min", "quota_max")),
    synonyms=("rep", "salespeople", "sellers", "team", "代表", "业务员", "销售人员", "销售团队"),
)

ABSENCES = Table(
    "absences",
    "缺勤",
    "When reps are away.",
    ("rep", "start"),
    (
        required(REP),
        required(START),
        required(END),
        share(
            "share",
            "缺勤比例",
            "Share of the hours that is missing; default 1.",
            synonyms=("比例", "缺勤率"),
        ),
    ),
    ordered=(("start", "end"),),
    synonyms=("absence", "leave", "holidays", "请假", "休假"),
)

OVERLAYS = Table(
    "overlays",
    "支持关系",
    "Specialists and who they serve.",
    ("rep", "serves"),
    (
        required(saying(REP, "The specialist.")),
        text("role", "角色", "Job of the specialist.", synonyms=("职务", "支持角色")),
        required(
            renamed(REP, "serves", "服务对象", "Rep who is served.", "serves rep", "支持对象")
        ),
        share(
            "share",
            "支持工时比例",
            "Hours of the specialist per standard hour of a unit in full support; default 0.1, assumed.",
            synonyms=("support share", "支持比例"),
        ),
        amount(
            "lift",
            "支持增量",
            "Sales that full support adds, as a share of demand; default 0, assumed.",
            "share",
            synonyms=("support lift", "增量比例"),
        ),
    ),
    synonyms=("overlay", "支持人员"),
)

COMMISSION = Table(
    "commission",
    "提成",
    "Pay by commission: a rate by attainment, in place of the curve in `incentive`.",
    ("role", "attainment"),
    (
        text("role", "角色", "Role the rate holds for; blank = all.", synonyms=("职务", "岗位")),
        required(
            Column(
                "attainment",
                Kind.SHARE,
                "完成率",
                "Attainment from which on the rate holds.",
                "share",
                minimum=0.0,
                synonyms=("完成度", "达成率", "from attainment"),
            )
        ),
        required(
            Column(
                "rate",
                Kind.SHARE,
                "提成率",
                "Share of the sales from this attainment to the next one.",
                "share",
                maximum=1.0,
                synonyms=("commission rate", "提成比例", "费率"),
            )
        ),
    ),
    synonyms=("commissions", "commission plan", "提成方案", "佣金"),
)
