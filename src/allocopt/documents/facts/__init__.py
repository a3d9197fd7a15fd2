"""Facts: the numbers of a plan and of its parts, as documents need them and as readers may see them."""

from allocopt.documents.facts.facts import Facts, is_yes, numbers, ratio, records

__all__ = ["Facts", "is_yes", "numbers", "ratio", "records"]
