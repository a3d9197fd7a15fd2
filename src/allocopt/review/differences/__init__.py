"""Differences: what one plan has otherwise than another, in sentences, what matters most first."""

from allocopt.review.differences.differences import Differences, differences
from allocopt.review.differences.sentence import Sentence

__all__ = ["Differences", "Sentence", "differences"]
