"""Contingency: what uncertainty costs, and plans made in advance for what may come."""

from allocopt.contingency.pack import Pack, make_pack, save_pack
from allocopt.contingency.value import InformationValue, keep_value, value_of_information

__all__ = [
    "InformationValue",
    "Pack",
    "keep_value",
    "make_pack",
    "save_pack",
    "value_of_information",
]
