"""Workbook: the sheets of a plan that people filter, add up and edit."""
