"""Plans of small scenarios that can be solved in the head."""

from __future__ import annotations

from pathlib import Path

from support_scenario import write_scenario

from allocopt import planning
from allocopt.forecasting import forecast_scenario
from allocopt.plan import Plan
from allocopt.planning import plan_scenario
from allocopt.problem import Problem
from allocopt.scenario import Scenario, load_scenario

# Proof is asked for; every scenario of a family test starts with this.
HEAD = """
calendar: {{plan_start: 2026-01-01, plan_periods: {months}}}
solver: {{gap: 0}}
"""
# Sales in these segments are all margin, so that a unit of sales is a unit of the objective.
FULL_MARGIN = "segment,margin\nKey,1\n"


def scenario_of(folder: Path, yaml: str = "", months: int = 1, **tables: str) -> Scenario:
    """A scenario written inline."""
    return load_scenario(write_scenario(folder, HEAD.format(months=months) + yaml, **tables))


def planned(folder: Path, yaml: str = "", months: int = 1, **tables: str) -> Plan:
    """The audited plan of a scenario written inline; planning audits and raises where it fails."""
    return plan_scenario(scenario_of(folder, yaml, months, **tables))


def problem_of(folder: Path, yaml: str = "", months: int = 1, **tables: str) -> Problem:
    """The problem of a scenario written inline."""
    return problem_from(scenario_of(folder, yaml, months, **tables))


def problem_from(scenario: Scenario) -> Problem:
    """The problem of a scenario."""
    return planning.problem_of(scenario, forecast_scenario(scenario))


def reps_of(plan: Plan) -> dict[str, str]:
    """Rep of each unit."""
    table = plan["assignments"]
    return dict(zip(table["unit"], table["rep"], strict=True))


def total(plan: Plan, table: str, column: str) -> float:
    """Sum of a column."""
    return float(plan[table][column].sum())


def by_key(plan: Plan, table: str, key: str, column: str) -> dict[str, float]:
    """Sums of a column by a key."""
    return plan[table].groupby(key, sort=False)[column].sum().to_dict()


def quotas_of(plan: Plan, level: str = "rep") -> dict[str, float]:
    """Quota over the horizon by rep or manager."""
    rows = plan["quotas"]
    return rows[rows["level"] == level].groupby("rep", sort=False)["quota"].sum().to_dict()


# A scenario that asks for every family of rules at once, small enough for any test.
EVERYTHING = """
coverage: {lock_before_renewal: 1, travel_speed: 60, travel_cost: 0.1, travel_max: 500}
workload: {hard: true, overtime_max: 0.5, overtime_cost: 1}
balance: [{measure: demand, tolerance: 0.2, price: 0.01, most_outside: 500}]
headcount: {min: 1, max: 1, hire_cost: 5, hire_dates: [2026-02-01], by: [{scope: territory=East, min: 1}]}
handover: {loss: 0.1, similarity: 0.5, max_units: 3, max_share_of_sales: 0.9, max_reps: 3}
budget:
  total_max: 60
  by: [{scope: channel=online, max: 55}, {scope: company, max: 50, period: each}]
  roi_min: 1.1
  price_of_money: 0.05
quota: {over_assignment: 0.1, change_min: -0.2, change_max: 0.3, attain_probability: 0.6}
contiguity: {hard: true, cut_price: 0.02}
risk: {samples: 3, weight: 0.1, cvar_level: 0.6}
"""
EVERYTHING_TABLES = {
    "units": """
        unit,territory,segment,hours,visits,demand,potential,rep,lock,family,apart,share_max,renewal
        u1,East,Key,10,1,100,150,Ann,renewal,,,,
        u2,East,Key,10,1,80,,Ann,,,,,2026-02-10
        u3,West,Key,10,1,90,,Bob,,shops,,,
        u4,West,Key,10,1,70,,Bob,,shops,,,
        u5,West,Small,6,1,60,90,,,,rivals,,
        u6,East,Small,6,1,50,,Bob,,,rivals,2,
    """,
    "reps": """
        rep,hours,cost,variable_pay,status,territory,territories,quota_before,quota_min,productivity,manager
        Ann,24,10,2,,East,,150,,1,Mia
        Bob,24,10,2,,West,,150,40,1,Mia
        New,20,8,1,open,East,East,,,1.2,
        Spec,2,1,0,,East,,,,1,
    """,
    "segments": """
        segment,margin,response_0,response_50,response_100,response_150,response_max
        Key,0.8,,,,,
        Small,0.5,0.1,0.2,1,1.1,1.2
    """,
    "pairs": "unit,rep,distance,fit,value\nu2,New,3,0.9,4\n",
    "overlays": "rep,serves,share,lift\nSpec,Ann,0.1,0.2\n",
    "levers": """
        lever,channel,group,total_min,total_max,roi_min,reactive,commit
        ads,online,media,5,50,1.2,yes,
        fair,events,media,,,,,horizon
    """,
    "responses": """
        lever,territory,segment,form,lift_max,lift_unit,half,shape,carryover,spend_max,spend_min_if_any
        ads,,,adbudg,0.6,share,15,2,0.2,40,
        fair,West,,linear,60,currency,10,,,,5
    """,
    "demand": """
        unit,period,mean,lower,upper,product
        u5,2026-01,60,40,90,pump
        u5,2026-02,60,30,80,pump
    """,
    "overrides": "kind,rep,period,value,reason\nquota,Ann,2026-01,140,new client\n",
    "adjacency": """
        a,b,length
        u1,u2,
        u1,u3,2
        u1,u6,
        u2,u3,
        u2,u6,
        u3,u4,
        u3,u5,
        u4,u5,
        u5,u6,2
    """,
    "products": "product,margin\npump,\n",
    "supply": "product,territory,max\npump,West,500\n",
    "spend": "date,lever,spend,kind,territory\n2026-01-10,fair,6,committed,West\n",
    "targets": """
        name,amount,start,end,measure,scope,kind,price
        least,40,2026-01-01,2026-01-31,sales,territory=East,floor,
        aim,5000,2026-01-01,2026-02-28,margin,company,goal,0.02
    """,
}
