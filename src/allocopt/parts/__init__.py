"""Parts: the plan of a territory, a segment or an account, made from the plan of the whole."""

from allocopt.parts.part import part_of
from allocopt.parts.place import Place, parse_place

__all__ = ["Place", "parse_place", "part_of"]
