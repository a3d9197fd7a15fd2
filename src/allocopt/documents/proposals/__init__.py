"""Proposals: what the data suggests where people have written nothing yet.

`signals` finds the figures, the other modules say them in sentences. Documents mark them as proposed.
"""
