"""The tables of a scenario, grouped by what they are about."""
