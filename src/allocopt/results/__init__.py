"""Results: the tables and figures of a plan, from the values of a solved model."""

from typing import TYPE_CHECKING

from allocopt.lazy import handing_on

if TYPE_CHECKING:
    from allocopt.results.assemble import assemble_plan

__all__ = ["assemble_plan"]

__getattr__ = handing_on(__name__, {"assemble_plan": "assemble"})
