"""Replanning: what came is set beside what was planned, and the rest of the horizon is solved again."""

from allocopt.replanning.course import Course, Outlook
from allocopt.replanning.turn import REVIEW, Asked, Replanned, replan

__all__ = ["REVIEW", "Asked", "Course", "Outlook", "Replanned", "replan"]
