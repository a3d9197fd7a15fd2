"""What-if: a plan solved again after a change, and what the change means."""

from typing import TYPE_CHECKING

from allocopt.lazy import handing_on

if TYPE_CHECKING:
    from allocopt.whatif.changes import (
        Basis,
        Solve,
        basis_of_plan,
        basis_of_scenario,
        solve_changed,
    )

__all__ = ["Basis", "Solve", "basis_of_plan", "basis_of_scenario", "solve_changed"]

__getattr__ = handing_on(__name__, dict.fromkeys(__all__, "changes"))
