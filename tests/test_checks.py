"""Business checks: what must hold across tables and configuration, and what is assumed."""

from __future__ import annotations

import pytest
from support_scenario import REPS, SETTLED, START, UNITS, coded, findings_of, write_scenario

from allocopt.checks import forecasts
from allocopt.documents.language.messages import load_messages
from allocopt.errors import Severity, problems

PROBLEM, WARNING = Severity.PROBLEM, Severity.WARNING
ASSUMPTION, NOTICE = Severity.ASSUMPTION, Severity.NOTICE

HEAD = "unit,territory,segment,hours,demand,rep"
ADS = "lever\nAds\n"
CURVE = "lever,form,lift_max,lift_unit,half,shape,carryover\n"
PLACES = "territory,latitude,longitude\nEast,1,1\nWest,2,2\n"
TARGET = "name,amount,start,end,measure,scope,kind,price\n"
# Two reps and a position, with one more column.
OPEN = "rep,hours,cost,status,{0}\nAnn,9,1,,\nBob,9,1,,\nNew,9,1,open,{1}\n"

CASES = {
    "negative-margin": (PROBLEM, {"segments": "segment,margin\nKey,-0.1\n"}, ""),
    "assumed-margin": (ASSUMPTION, {"segments": "segment,margin\nKey,\n"}, ""),
    "incomplete-response": (
        PROBLEM,
        {"segments": "segment,margin,response_0,response_100\nKey,1,0.2,1\n"},
        "",
    ),
    "response-not-one": (
        PROBLEM,
        {
            "segments": "segment,margin,response_0,response_50,response_100,response_150,response_max\n"
            "Key,1,0.1,0.5,0.9,1,1.1\n"
        },
        "",
    ),
    "assumed-hours": (ASSUMPTION, {"units": f"{HEAD}\nu1,East,Key,,5,Ann\n"}, ""),
    "no-demand": (ASSUMPTION, {"units": f"{HEAD}\nu1,East,Key,1,,Ann\n"}, ""),
    "demand-wins": (
        NOTICE,
        {
            "history": "date,sales,territory,segment\n2025-01-01,5,East,Key\n",
            "demand": "period,territory,segment,mean\n2026-01,East,Key,5\n",
        },
        "",
    ),
    "low-potential": (NOTICE, {"units": f"{HEAD},potential\nu1,East,Key,1,5,Ann,4\n"}, ""),
    "lock-without-owner": (WARNING, {"units": f"{HEAD},lock\nu1,East,Key,1,5,,VIP\n"}, ""),
    "locked-to-leaver": (
        PROBLEM,
        {
            "units": f"{HEAD},lock\nu1,East,Key,1,5,Ann,VIP\n",
            "reps": "rep,hours,cost,status,end\nAnn,9,1,leaving,2026-03-31\nBob,9,1,,\n",
        },
        "",
    ),
    "no-eligible-rep": (
        PROBLEM,
        {"reps": "rep,hours,cost,territories\nAnn,40,1,East\nBob,40,1,East\n"},
        "",
    ),
    "split-family": (
        PROBLEM,
        {
            "units": f"{HEAD},family\nu1,East,Key,1,5,Ann,f\nu3,West,Key,1,5,Bob,f\n",
            "reps": "rep,hours,cost,territories\nAnn,40,1,East\nBob,40,1,West\n",
        },
        "",
    ),
    "locked-apart": (
        PROBLEM,
        {"units": f"{HEAD},family,lock\nu1,East,Key,1,5,Ann,f,x\nu2,East,Key,1,5,Bob,f,x\n"},
        "",
    ),
    "apart-group": (
        PROBLEM,
        {"units": f"{HEAD},apart\n" + "".join(f"u{n},East,Key,1,5,,g\n" for n in range(3))},
        "",
    ),
    "leaver-without-end": (
        WARNING,
        {"reps": "rep,hours,cost,status\nAnn,9,1,leaving\nBob,9,1,\n"},
        "",
    ),
    "ramp-without-start": (PROBLEM, {"reps": "rep,hours,cost,ramp\nAnn,9,1,3\nBob,9,1,\n"}, ""),
    "assumed-cost": (ASSUMPTION, {"reps": "rep,hours,cost,status\nAnn,9,1,\nBob,9,,open\n"}, ""),
    "assumed-handover-loss": (ASSUMPTION, {}, ""),
    "assumed-overtime-cost": (ASSUMPTION, {}, "workload: {hard: true, overtime_max: 0.1}"),
    "assumed-target": (ASSUMPTION, {}, "quota: {method: potential}"),
    "assumed-hire-cost": (
        ASSUMPTION,
        {"reps": "rep,hours,cost,status\nAnn,9,1,\nBob,9,1,open\n"},
        "",
    ),
    "assumed-start": (ASSUMPTION, {"reps": "rep,hours,cost,status\nAnn,9,1,\nBob,9,1,open\n"}, ""),
    "assumed-variable-pay": (
        ASSUMPTION,
        {"reps": "rep,hours,cost,variable_pay\nAnn,9,1,5\nBob,9,1,\n"},
        "",
    ),
    "assumed-measure": (
        ASSUMPTION,
        {"units": f"{HEAD},potential\nu1,East,Key,1,5,Ann,4\nu2,East,Key,1,5,Ann,\n"},
        "balance: [{measure: potential, hard: true}]",
    ),
    "assumed-visits": (ASSUMPTION, {"territories": PLACES}, "coverage: {travel_speed: 60}"),
    "no-quota-before": (WARNING, {}, "quota: {change_max: 0.2}"),
    "too-few-positions": (PROBLEM, {}, "headcount: {min: 1}"),
    "no-response": (WARNING, {"levers": ADS}, ""),
    "no-shape": (PROBLEM, {"levers": ADS, "responses": CURVE + "Ads,adbudg,5,currency,1,,0\n"}, ""),
    "carryover": (
        PROBLEM,
        {"levers": ADS, "responses": CURVE + "Ads,linear,5,currency,1,,1\n"},
        "",
    ),
    "no-places": (PROBLEM, {}, "coverage: {candidates: 1}"),
    "no-place": (
        WARNING,
        {
            "territories": PLACES.replace("2,2", ","),
            "reps": REPS.replace(",East", ",")
            .replace("territories", "territory")
            .replace("10,\n", "10,East\n"),
        },
        "coverage: {max_distance: 9}",
    ),
    "scope-kind": (PROBLEM, {}, "headcount: {by: [{scope: channel=a}]}"),
    "unknown-reference": (PROBLEM, {}, "headcount: {by: [{scope: territory=Esat}]}"),
    "unknown-measure": (PROBLEM, {}, "balance: [{measure: potentail, hard: true}]"),
    "unknown-level": (PROBLEM, {}, "coverage: {within: region}"),
    "two-targets": (
        PROBLEM,
        {"targets": TARGET + "Sales,50,2026-01,2026-12,sales,company,goal,\n"},
        "quota: {target: 60}",
    ),
    "missing-library": (PROBLEM, {}, "forecast: {booster: lightgbm}"),
    "recast-shares": (
        PROBLEM,
        {"recast": "from_territory,to_territory,share\nNorth,East,0.5\nNorth,West,0.4\n"},
        "",
    ),
    "unused-column": (
        WARNING,
        {"history": "date,territory,segment,sales,booked\n2025-01-01,East,Key,5,4\n"},
        "measure: {sales: booked}",
    ),
    "target-no-rule": (
        PROBLEM,
        {"targets": TARGET + "New,50,2026-01,2026-12,new_customers,company,floor,\n"},
        "",
    ),
    "floor-with-price": (
        WARNING,
        {"targets": TARGET + "Sales,50,2026-01,2026-12,sales,company,floor,2\n"},
        "",
    ),
    "missing-table": (PROBLEM, {"reps": "", "units": ""}, ""),
    "repeated-word": (PROBLEM, {}, "quota: {cuts: [segment, segment]}"),
    "negative-target": (
        PROBLEM,
        {"targets": TARGET + "Sales,-5,2026-01,2026-12,sales,company,,\n"},
        "",
    ),
    "share-max": (PROBLEM, {"units": f"{HEAD},share_max\nu1,East,Key,1,5,Ann,1.5\n"}, ""),
    "lock-until-without-lock": (
        WARNING,
        {"units": f"{HEAD},lock_until\nu1,East,Key,1,5,Ann,2026-03\n"},
        "",
    ),
    "broken-lead-time": (PROBLEM, {"reps": OPEN.format("lead_time", "2.5")}, ""),
    "never-filled": (WARNING, {"reps": OPEN.format("lead_time", "12")}, ""),
    "replaces-itself": (PROBLEM, {"reps": OPEN.format("replaces", "New")}, ""),
    "replaces-who-stays": (WARNING, {"reps": OPEN.format("replaces", "Ann")}, ""),
    "hire-dates-outside": (
        WARNING,
        {"reps": OPEN.format("role", "AE")},
        "headcount: {hire_dates: [2025-01-01, 2026-02-01]}",
    ),
    "hire-dates-without-position": (WARNING, {}, "headcount: {hire_dates: [2026-02-01]}"),
    "override-of-two": (WARNING, {"overrides": "kind,rep,unit,value\nlock,Ann,u1,Bob\n"}, ""),
}


@pytest.mark.parametrize("code", CASES)
def test_each_check_finds_its_fault(tmp_path, code, monkeypatch):
    monkeypatch.setattr(forecasts, "find_spec", lambda library: None)
    severity, tables, yaml = CASES[code]
    findings = coded(findings_of(write_scenario(tmp_path, START + yaml + "\n", **tables)), code)
    assert findings, f"nothing was found for {code}"
    assert {finding.severity for finding in findings} == {severity}
    assert all(finding.file and finding.message for finding in findings if code != "missing-table")


@pytest.mark.parametrize("code", [code for code in CASES if CASES[code][0] is ASSUMPTION])
def test_each_assumption_can_be_said_in_chinese(code):
    assert f"finding.{code}" in load_messages("zh-CN").texts


def test_a_sound_scenario_has_none_of_them(tmp_path):
    assert findings_of(write_scenario(tmp_path), *SETTLED) == []


@pytest.mark.parametrize(
    ("yaml", "tables"),
    [
        ("handover: {loss: 0.15}", {}),  # the default, but somebody has chosen it
        ("", {"segments": "segment,margin,handover_loss\nKey,0.5,0.2\n"}),
        ("", {"units": UNITS.replace(",Ann", ",").replace(",Bob", ",")}),  # nobody to lose a unit
    ],
)
def test_a_handover_loss_that_is_known_or_never_arises_is_not_assumed(tmp_path, yaml, tables):
    folder = write_scenario(tmp_path, START + yaml, **tables)
    assert coded(findings_of(folder), "assumed-handover-loss") == []


@pytest.mark.parametrize(
    ("column", "value"), [("lead_time", "12"), ("lead_time", "1e15"), ("start", "2027-01-01")]
)
def test_a_position_that_cannot_be_filled_in_the_plan_is_none_to_fill(tmp_path, column, value):
    reps = OPEN.format(column, value)
    folder = write_scenario(tmp_path, f"{START}headcount: {{min: 1}}", reps=reps)
    assert coded(findings_of(folder), "too-few-positions")


def test_a_position_of_somebody_who_stays_to_the_last_day_is_never_filled(tmp_path):
    reps = "rep,hours,cost,status,end,replaces\nAnn,9,1,,2026-12,\nBob,9,1,,,\nNew,9,1,open,,Ann\n"
    folder = write_scenario(tmp_path, f"{START}headcount: {{min: 1}}", reps=reps)
    assert coded(findings_of(folder), "too-few-positions")


def test_a_group_that_no_lever_has_is_no_scope(tmp_path):
    yaml = f"{START}budget: {{by: [{{scope: group=brand, max: 5}}]}}"
    folder = write_scenario(tmp_path, yaml, levers=ADS)
    assert coded(findings_of(folder), "unknown-reference")


def test_a_quota_is_no_share(tmp_path):
    folder = write_scenario(tmp_path, overrides="kind,rep,value\nquota,Ann,50%\n")
    assert coded(findings_of(folder), "override-out-of-bounds")


def test_no_overtime_has_no_price_to_assume(tmp_path):
    folder = write_scenario(tmp_path, START + "workload: {hard: true}")
    assert coded(findings_of(folder), "assumed-overtime-cost") == []


@pytest.mark.parametrize(("beds", "unknown"), [("5", 1), ("x", 0)])
def test_a_balanced_measure_of_territories_may_be_unknown_too(tmp_path, beds, unknown):
    # West has none; a column of words is no measure, which another check says.
    territories = f"territory,beds\nEast,{beds}\nWest,\n"
    folder = write_scenario(
        tmp_path, START + "balance: [{measure: beds, hard: true}]", territories=territories
    )
    findings = findings_of(folder)
    assert [f.names for f in coded(findings, "assumed-measure")] == [("u3",)] * unknown
    assert len(coded(findings, "unknown-measure")) == 1 - unknown


def test_a_margin_in_percent_without_its_sign_is_a_problem(tmp_path):
    # 35 would be a margin of 3,500 %.
    folder = write_scenario(tmp_path, segments="segment,margin\nKey,35\n")
    (finding,) = coded(findings_of(folder), "out-of-range")
    assert finding.severity is PROBLEM
    assert finding.mend == "write 15% or 0.15 for fifteen percent"


def test_a_target_of_the_company_is_what_quotas_add_up_to(tmp_path):
    targets = TARGET + "Sales,300,2026-01,2026-12,sales,company,goal,\n"
    folder = write_scenario(tmp_path, targets=targets)
    assert coded(findings_of(folder), "assumed-target") == []


def test_hours_that_some_pairs_of_a_unit_lack_are_assumed(tmp_path):
    # u1 has hours with both, u2 with Ann alone; no other hours count where pairs are complete.
    units = "unit,territory,segment,demand\nu1,East,Key,5\nu2,East,Key,5\n"
    pairs = "unit,rep,hours\nu1,Ann,3\nu1,Bob,4\nu2,Ann,3\nu2,Bob,\n"
    folder = write_scenario(tmp_path, START + "pairs: {complete: true}", units=units, pairs=pairs)
    (finding,) = coded(findings_of(folder), "assumed-hours")
    assert finding.message == "unit u2 without hours: no selling time assumed"


def test_a_unit_that_nobody_may_serve_is_named_with_the_nearest_reps(tmp_path):
    territories = "territory,parent\nEast,North\nWest,South\nFar,South\n"
    reps = "rep,hours,cost,territories\nAnn,40,1,East\nBob,40,1,Far\n"
    folder = write_scenario(tmp_path, territories=territories, reps=reps)
    (finding,) = coded(findings_of(folder), "no-eligible-rep")
    assert finding.message == "no rep may serve unit u3 (territory West, segment Key)"
    assert "of Bob, Ann" in finding.mend  # Bob's Far lies in the same South


def test_a_unit_may_stay_open_when_not_every_unit_is_covered(tmp_path):
    reps = "rep,hours,cost,territories\nAnn,40,1,East\n"
    units = UNITS.replace(",Bob", ",")
    folder = write_scenario(
        tmp_path, START + "coverage: {every_unit: false}", reps=reps, units=units
    )
    assert not problems(findings_of(folder))


def test_a_rep_covers_all_territories_below_the_listed_node(tmp_path):
    territories = "territory,parent\nEast,North\nWest,North\n"
    reps = "rep,hours,cost,territories\nAnn,40,1,North\nBob,40,1,North\n"
    assert not problems(findings_of(write_scenario(tmp_path, territories=territories, reps=reps)))


def test_pairs_decide_alone_when_they_are_complete(tmp_path):
    pairs = "unit,rep\nu1,Ann\nu2,Ann\n"
    folder = write_scenario(tmp_path, START + "pairs: {complete: true}", pairs=pairs)
    assert [f.message for f in coded(findings_of(folder), "no-eligible-rep")] == [
        "no rep may serve unit u3 (territory West, segment Key)"
    ]


def test_a_pair_that_is_allowed_opens_a_territory_and_one_that_is_not_closes_it(tmp_path):
    reps = "rep,hours,cost,territories\nAnn,40,1,East\nBob,40,1,East\n"
    pairs = "unit,rep,allowed\nu3,Ann,yes\nu1,Ann,no\nu1,Bob,no\n"
    folder = write_scenario(tmp_path, reps=reps, pairs=pairs)
    assert [f.message for f in coded(findings_of(folder), "no-eligible-rep")] == [
        "no rep may serve unit u1 (territory East, segment Key)"
    ]


def test_a_lock_that_ends_before_its_owner_leaves_is_fine(tmp_path):
    units = f"{HEAD},lock,lock_until\nu1,East,Key,1,5,Ann,VIP,2026-02-28\n"
    reps = "rep,hours,cost,status,end\nAnn,9,1,leaving,2026-03-31\nBob,9,1,,\n"
    assert not problems(findings_of(write_scenario(tmp_path, units=units, reps=reps)))


def test_a_scope_is_located_in_the_configuration(tmp_path):
    yaml = START + "budget:\n  by:\n    - scope: territory=Esat\n      max: 5\n"
    (finding,) = coded(findings_of(write_scenario(tmp_path, yaml)), "unknown-reference")
    assert finding.sentence() == (
        "scenario.yaml:4:7: there is no territory=Esat; did you mean 'East'?"
    )


def test_a_signature_is_for_a_territory_that_is_there(tmp_path):
    yaml = (
        START
        + "approval:\n  sign_off:\n    - {territory: Esat, role: manager}\n    - {role: finance}\n"
    )
    (finding,) = coded(findings_of(write_scenario(tmp_path, yaml)), "unknown-reference")
    assert finding.sentence() == (
        "scenario.yaml:4:8: there is no territory 'Esat'; did you mean 'East'?"
    )


def test_a_part_is_of_a_territory_that_is_there(tmp_path):
    yaml = START + "approval:\n  territories: {Mia: Esat, Max: [East, West]}\n"
    (finding,) = coded(findings_of(write_scenario(tmp_path, yaml)), "unknown-reference")
    assert finding.sentence() == (
        "scenario.yaml:3:17: there is no territory 'Esat'; did you mean 'East'?"
    )


def test_a_numeric_column_of_units_can_be_balanced(tmp_path):
    units = UNITS.replace("rep\n", "rep,beds\n")
    units = "\n".join(
        f"{line},5" if line.startswith("u") and "unit" not in line else line
        for line in units.splitlines()
    )
    yaml = START + "balance: [{measure: beds, hard: true}]"
    assert not problems(findings_of(write_scenario(tmp_path, yaml, units=units)))


def test_business_checks_wait_until_the_tables_are_sound(tmp_path):
    # One misspelt territory is one problem, not one more for each unit there.
    territories = "territory\nEast\nWest\n"
    reps = "rep,hours,cost,territories\nAnn,40,1,Esat\nBob,40,1,West\n"
    findings = problems(findings_of(write_scenario(tmp_path, territories=territories, reps=reps)))
    assert [finding.code for finding in findings] == ["unknown-reference"]


def test_many_findings_of_one_kind_are_capped(tmp_path):
    # 300 units of 150 families, each of which no single rep may serve.
    lines = [f"u{n},{'East' if n % 2 else 'West'},Key,1,1,,f{n // 2}" for n in range(300)]
    reps = "rep,hours,cost,territories\nAnn,40,1,East\nBob,40,1,West\n"
    folder = write_scenario(tmp_path, units="\n".join([f"{HEAD},family", *lines]), reps=reps)
    findings = findings_of(folder)
    assert len(coded(findings, "split-family")) == 50
    (rest,) = coded(findings, "more-findings")
    assert rest.count == 100


def test_ten_thousand_units_and_two_hundred_reps_are_checked(tmp_path):
    # A loop over the two million pairs would take minutes.
    places = "\n".join(["territory,parent", *(f"t{n},p{n % 3}" for n in range(300))])
    units = "\n".join(
        [f"{HEAD},apart", *(f"u{n},t{n % 300},Key,1,1,,a{n // 4}" for n in range(10_000))]
    )
    reps = "\n".join(["rep,hours,cost,territories", *(f"r{n},40,1,p{n % 3}" for n in range(200))])
    folder = write_scenario(tmp_path, territories=places, units=units, reps=reps)
    findings = findings_of(folder, *SETTLED)
    assert [finding.code for finding in findings] == ["implied-territory"]


def test_a_measure_of_sales_beside_the_column_sales_is_not_silently_ignored(tmp_path):
    history = "date,territory,segment,sales,collected\n2025-12-01,East,Key,5,4\n"
    said = findings_of(
        write_scenario(tmp_path, START + "measure: {sales: collected}", history=history)
    )
    (finding,) = coded(said, "unused-column")
    assert finding.column == "collected"


@pytest.mark.parametrize(
    ("setting", "extra"), [("booster: lightgbm", "lightgbm"), ("holidays: CN", "holidays")]
)
def test_a_library_that_is_missing_is_said_where_it_is_asked_for(
    tmp_path, monkeypatch, setting, extra
):
    monkeypatch.setattr(forecasts, "find_spec", lambda library: None)
    folder = write_scenario(tmp_path, START + f"forecast:\n  {setting}\n")
    (finding,) = coded(findings_of(folder), "missing-library")
    assert (finding.line, finding.position) == (3, 3)
    assert f'pip install "allocopt[{extra}]"' in finding.mend


def test_no_library_is_asked_for_that_is_there_or_not_needed(tmp_path, monkeypatch):
    monkeypatch.setattr(forecasts, "find_spec", lambda library: library)
    yaml = START + "forecast: {booster: lightgbm, holidays: CN}"
    assert not coded(findings_of(write_scenario(tmp_path, yaml)), "missing-library")
    monkeypatch.setattr(forecasts, "find_spec", lambda library: None)
    assert not coded(findings_of(write_scenario(tmp_path)), "missing-library")


@pytest.mark.parametrize(
    ("levels", "wrong"),
    [("[node, cell product]", 0), ("[cell, untit]", 1), ('[""]', 1), ("[]", 0)],
)
def test_levels_of_a_forecast_have_known_names(tmp_path, levels, wrong):
    folder = write_scenario(tmp_path, START + f"forecast: {{levels: {levels}}}")
    assert len(coded(findings_of(folder), "unknown-level")) == wrong


def test_recast_shares_are_added_up_by_origin_and_date(tmp_path):
    # North is split in two; Old moves whole, once before 2024 and once before 2025.
    recast = """
        from_territory,to_territory,share,effective
        North,East,0.6,2025-01-01
        North,West,0.4,2025-01-01
        Old,East,,2024-01-01
        Old,West,,2025-01-01
    """
    assert not coded(findings_of(write_scenario(tmp_path, recast=recast)), "recast-shares")
