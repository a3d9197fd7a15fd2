"""Agenda: what a meeting opens with, one module per subject."""
