"""Drafts: what-ifs that people are putting together, each a list of changes to a stored plan."""

from allocopt.review.drafts.change import Change
from allocopt.review.drafts.draft import Answer, Draft, Step
from allocopt.review.drafts.drafts import Discarded, Drafts, TooMany

__all__ = ["Answer", "Change", "Discarded", "Draft", "Drafts", "Step", "TooMany"]
