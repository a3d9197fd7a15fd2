"""Tallies: what the screens of reps, units and money show, as tables that are made once per plan."""
