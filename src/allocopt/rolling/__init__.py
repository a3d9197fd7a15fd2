"""Rolling: next year's scenario from this year's plan and what came of it."""

from allocopt.rolling.actuals import read_actuals
from allocopt.rolling.folder import write_rolled
from allocopt.rolling.roll import Rolled, roll_plan

__all__ = ["Rolled", "read_actuals", "roll_plan", "write_rolled"]
