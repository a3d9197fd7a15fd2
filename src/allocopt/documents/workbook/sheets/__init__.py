"""The sheets of a workbook: one module for each part of a plan that people look up together."""
