"""Answers of what-ifs for people and as JSON: what changes, what a loss costs, the way to a target."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from allocopt.cli.console import show, talk
from allocopt.cli.output import number_text, print_frame, records

if TYPE_CHECKING:
    import pandas as pd

    from allocopt.documents.edits import Edits
    from allocopt.plan import Plan
    from allocopt.whatif import Basis
    from allocopt.whatif.difference import Difference
    from allocopt.whatif.losses import Losses
    from allocopt.whatif.reach import Reach

SHOWN_ROWS = 12
# Figures that stand there whether they change or not.
_ALWAYS = ("status", "objective", "contribution", "gap", "sales")


def show_difference(difference: Difference, before: Plan, after: Plan) -> None:
    """Figures, parts of the objective, moves, quotas and money that differ."""
    figures = difference.figures
    differs = figures["change"].map(lambda change: change is not None and change != 0)
    print_frame(figures[differs | figures["figure"].isin(_ALWAYS)])
    _block("what makes up the change of the objective", changed_parts(difference), 99)
    _block("who covers it", difference.moves, SHOWN_ROWS)
    _block("quotas", difference.quotas, SHOWN_ROWS)
    _block("money", difference.money, SHOWN_ROWS)
    own = f"Bound {number_text(after.summary['bound'])} and gap {after.summary['gap']:.3%}"
    talk(f"{own} are the new plan's own.")
    talk(gap_text([before, after]))


def changed_parts(difference: Difference) -> pd.DataFrame:
    """Parts of the objective that change; those of the contribution first."""
    parts = difference.parts
    return parts[parts["change"] != 0]


def difference_document(difference: Difference) -> dict[str, Any]:
    """What `whatif --json` says of the difference."""
    names = ("figures", "parts", "moves", "quotas", "money")
    return {name: records(getattr(difference, name)) for name in names}


def show_edits(edits: Edits) -> None:
    """What was edited in a workbook, and what could not be looked for."""
    if edits:
        show(f"edited in the workbook ({len(edits.each)})")
        print_frame(edits.table())
        click.echo()
    else:
        talk("The workbook changes nothing.")
    for note in edits.notes:
        talk(note)


def show_losses(losses: Losses, basis: Basis) -> None:
    """A row per case, how the cases were found, and how sure the figures are."""
    before = basis.plan
    assert before is not None  # noqa: S101 - a loss is asked of a plan
    figures = {**before.summary, "sales": float(before["sales"]["sales"].sum())}
    told = [
        f"{name} {number_text(figures[name])}" for name in ("objective", "contribution", "sales")
    ]
    show(f"before: {', '.join(told)}")
    print_frame(losses.table())
    for note in losses.notes:
        talk(note)
    plans = [loss.plan for loss in (losses.likeliest, losses.worst) if loss.plan is not None]
    talk(gap_text([before, *plans]))


def loss_document(losses: Losses, basis: Basis) -> dict[str, Any]:
    """What `whatif --lose --json` prints."""
    assert basis.plan is not None  # noqa: S101 - a loss is asked of a plan
    return {
        "before": {
            "plan": basis.plan.summary["id"],
            "objective": basis.plan.summary["objective"],
            "contribution": basis.plan.summary["contribution"],
        },
        "cases": records(losses.table()),
        "sampled": losses.sampled,
        "groups": losses.groups,
        "exact": losses.exact,
        "notes": list(losses.notes),
    }


def show_bridge(found: Reach) -> None:
    """The bridge, what the aim costs part by part, and whether it is reached."""
    print_frame(found.bridge)
    _block("what it changes", changed_parts(found.difference), 99)
    _block("who covers it", found.difference.moves, SHOWN_ROWS)
    _block("money", found.difference.money, SHOWN_ROWS)
    for note in found.notes:
        talk(note)
    if not found.is_reached:
        aim = found.aim
        talk(f"The most that is reached: {aim.measure} of {number_text(found.most)}.")
    talk(gap_text([found.plan]))


def gap_text(plans: list[Plan]) -> str:
    """How far the plans can be from the best: smaller differences say nothing."""
    away = max(plan.summary["bound"] - plan.summary["objective"] for plan in plans)
    if away <= 0:
        return "The plans are proven to be the best."
    return f"Each plan is within {number_text(away)} of the best: smaller differences say nothing."


def _block(title: str, table: pd.DataFrame, most: int) -> None:
    """A table under its title, nothing where it has no rows."""
    if table.empty:
        return
    click.echo()
    show(f"{title} ({len(table)})")
    print_frame(table.head(most))
    if len(table) > most:
        click.echo(f"… and {len(table) - most} more (--json has all)")
