"""Limits: the rules of a plan as the screen `limits` shows them, and what would move them."""
