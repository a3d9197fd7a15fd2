"""What must hold between tables."""

import pytest
from support_tables import only, read_all

from allocopt.errors import Severity, problems

TERRITORIES = "territory,parent\nEast,Country\nWest,Country"
REPS = "rep,hours\nLi Lei,100\nHan Meimei,100"
SEGMENTS = "segment\nA\nB"


def units(territory="East", segment="A", rep=""):
    return f"unit,territory,segment,rep\nU1,{territory},{segment},{rep}"


def test_a_name_that_no_row_has_is_a_problem_with_the_nearest_one():
    reading = read_all(territories=TERRITORIES, units=units("Eest"))
    finding = only(reading.findings, "unknown-reference")
    assert finding.severity is Severity.PROBLEM
    assert (finding.file, finding.row, finding.column) == ("units.csv", 2, "territory")
    assert (finding.value, finding.nearest) == ("Eest", "East")
    assert "territories.csv" in finding.message


@pytest.mark.parametrize("written", ["east", "EAST", "Ea st"])
def test_a_variant_in_case_or_blanks_is_named_as_the_likely_meaning(written):
    finding = only(
        read_all(territories=TERRITORIES, units=units(written)).findings, "unknown-reference"
    )
    assert finding.nearest == "East"
    assert finding.mend.startswith("write East")


def test_full_width_letters_are_the_same_name():
    assert "unknown-reference" not in [
        f.code for f in read_all(reps=REPS, units=units(rep="Ｌｉ Ｌｅｉ")).findings
    ]


def test_nothing_is_asked_of_a_table_that_is_not_there():
    assert not read_all(units=units("Mars", "Z", "Nobody")).findings


def test_parents_without_a_row_are_nodes_of_the_tree_with_a_notice():
    reading = read_all(territories=TERRITORIES, units=units("Country"))
    notice = only(reading.findings, "implied-territory")
    assert notice.severity is Severity.NOTICE
    assert "Country" in notice.message
    assert len(reading.findings) == 1


def test_a_circle_in_the_tree_is_a_problem():
    reading = read_all(territories="territory,parent\nA,B\nB,C\nC,A\nD,A")
    finding = only(reading.findings, "territory-cycle")
    assert (finding.row, finding.column) == (2, "parent")
    assert "A → B → C → A" in finding.message


def test_each_name_of_a_list_is_checked():
    reps = "rep,hours,territories\nX,1,East；West\nY,1,East; Wset\nZ,1,Country"
    reading = read_all(territories=TERRITORIES, reps=reps)
    finding = only(reading.findings, "unknown-reference")
    assert (finding.row, finding.nearest) == (3, "West")
    assert reading.tables["reps"]["territories"].tolist() == ["East;West", "East;Wset", "Country"]


def test_people_who_left_are_counted_in_a_notice():
    history = "date,unit,rep,sales\n2026-01,U1,Gone,1\n2026-02,U1,Gone,1\n2026-02,U1,Li Lei,1"
    finding = only(read_all(reps=REPS, units=units(), history=history).findings, "former-name")
    assert (finding.severity, finding.count) == (Severity.NOTICE, 2)
    assert "Gone" in finding.message


def test_a_unit_in_history_must_be_a_unit():
    history = "date,unit,sales\n2026-01,u 1,1"
    assert (
        only(read_all(units=units(), history=history).findings, "unknown-reference").nearest == "U1"
    )


def test_scopes_name_a_dimension_and_one_of_its_names():
    targets = """name,amount,start,end,scope
        a,1,2026-01,2026-12,company
        b,1,2026-01,2026-12,territory=Est
        c,1,2026-01,2026-12,teritory=East
        d,1,2026-01,2026-12,segment=A
        e,1,2026-01,2026-12,channel=anything"""
    reading = read_all(territories=TERRITORIES, segments=SEGMENTS, targets=targets)
    assert only(reading.findings, "unknown-reference").nearest == "territory=East"
    assert only(reading.findings, "unknown-scope").nearest == "territory=East"


def test_a_kind_of_scope_may_be_written_in_capitals():
    targets = """name,amount,start,end,scope
        a,1,2026-01,2026-12,Company
        b,1,2026-01,2026-12,Territory = East"""
    reading = read_all(territories=TERRITORIES, targets=targets)
    assert not problems(reading.findings)
    assert list(reading.tables["targets"]["scope"]) == ["company", "territory=East"]


def test_a_scope_of_no_known_kind_has_no_neighbour_without_a_kind():
    targets = "name,amount,start,end,scope\na,1,2026-01,2026-12,planet=Mars"
    reading = read_all(territories=TERRITORIES, targets=targets)
    assert only(reading.findings, "unknown-scope").nearest == ""


def test_neighbours_are_units_or_territories():
    adjacency = "a,b\nU1,East\nU1,Nowhere"
    reading = read_all(territories=TERRITORIES, units=units(), adjacency=adjacency)
    assert only(reading.findings, "unknown-reference").value == "Nowhere"


def test_all_problems_of_all_tables_come_at_once():
    reading = read_all(
        territories=TERRITORIES,
        reps="rep,hours\nX,many",
        units="unit,territory,segment,rep\nU1,Nowhere,A,Y\nU1,East,A,X",
    )
    found = {(finding.file, finding.code) for finding in reading.findings}
    assert {
        ("reps.csv", "not-a-number"),
        ("units.csv", "unknown-reference"),
        ("units.csv", "duplicate-key"),
    } <= found
