"""Our quotas beside those that the managers of AdventureWorks set, and what was sold in the end."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

TEMPLATE = Path(__file__).parent / "adventureworks" / "scenario.yaml"
USUAL_PLACE = "../../../../shared/cases/adventureworks"
QUARTERS = ("2013Q1", "2013Q2")
LINE = "{:<26}{:<8}{:>11}{:>11}{:>11}{:>12}{:>12}"


def write_scenario(folder: Path, case: Path) -> Path:
    """The scenario with its tables at `case`, wherever that is."""
    folder.mkdir(parents=True, exist_ok=True)
    text = TEMPLATE.read_text(encoding="utf-8").replace(USUAL_PLACE, case.as_posix())
    (folder / "scenario.yaml").write_text(text, encoding="utf-8")
    return folder


def compare(plan: Path, case: Path) -> pd.DataFrame:
    """Quotas and actuals [USD/quarter] per rep and quarter.

    Columns: rep, period, ours, managers, actual, our_error, their_error (absolute).
    """
    quotas = pd.read_csv(plan / "quotas.csv")
    ours = quotas[quotas["level"] == "rep"].set_index(["rep", "period"])["quota"].rename("ours")
    table = pd.concat([ours, managers_quotas(case), sold(case)], axis=1).fillna(0.0)
    table = table.loc[table.index.get_level_values("period").isin(QUARTERS)]
    table["our_error"] = (table["ours"] - table["actual"]).abs()
    table["their_error"] = (table["managers"] - table["actual"]).abs()
    return table.reset_index().sort_values(["period", "rep"], ignore_index=True)


def managers_quotas(case: Path) -> pd.Series[float]:
    """What the managers set; their quarters start up to four days before the calendar's."""
    table = pd.read_csv(case / "quota_history.csv", parse_dates=["start"])
    return by_quarter(
        table.assign(date=table["start"] + pd.Timedelta(days=15)), "quota", "managers"
    )


def sold(case: Path) -> pd.Series[float]:
    """What each rep sold in the two quarters."""
    files = sorted((case / "actuals").glob("*.csv"))
    table = pd.concat([pd.read_csv(file, parse_dates=["date"]) for file in files])
    return by_quarter(table, "sales", "actual")


def by_quarter(table: pd.DataFrame, column: str, name: str) -> pd.Series[float]:
    """Sum of a column by rep and quarter label."""
    period = table["date"].dt.to_period("Q").astype(str).rename("period")
    return table.groupby(["rep", period])[column].sum().rename(name)


def weighted_errors(table: pd.DataFrame) -> tuple[float, float]:
    """WAPE of our quotas and of the managers': absolute errors over actual sales."""
    actual = table["actual"].sum()
    return table["our_error"].sum() / actual, table["their_error"].sum() / actual


def report(table: pd.DataFrame) -> str:
    """The comparison as people read it: a line per rep and quarter, sums, and WAPE."""
    heads = ("rep", "quarter", "our quota", "managers'", "actual", "our error", "their error")
    lines = [LINE.format(*heads)]
    for period, part in table.groupby("period"):
        lines += [line(row["rep"], str(period), row) for _, row in part.iterrows()]
        lines += [summary("all reps", str(period), part), ""]
    return "\n".join([*lines, summary("all reps", "both", table)])


def line(rep: str, period: str, row: pd.Series[float]) -> str:
    """One line of amounts."""
    columns = ["ours", "managers", "actual", "our_error", "their_error"]
    return LINE.format(rep, period, *(f"{row[column]:,.0f}" for column in columns))


def summary(rep: str, period: str, part: pd.DataFrame) -> str:
    """Sums, and the errors again as WAPE."""
    ours, theirs = weighted_errors(part)
    sums = part[["ours", "managers", "actual", "our_error", "their_error"]].sum()
    wape = LINE.format("WAPE", period, "", "", "", f"{ours:.1%}", f"{theirs:.1%}")
    return f"{line(rep, period, sums)}\n{wape}"
