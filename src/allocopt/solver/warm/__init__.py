"""Warm: a changed problem solved again from what is in memory."""
