"""The screens of the room."""

from allocopt.review.screens.screens import SCREENS

__all__ = ["SCREENS"]
