"""Geometry of the charts: numbers become coordinates and colours here, templates only draw."""

from allocopt.documents.charts.bars import Bar, BarRow, Mark, bar_chart
from allocopt.documents.charts.line import Line, line_chart
from allocopt.documents.charts.tiles import Tile, tile_chart

__all__ = ["Bar", "BarRow", "Line", "Mark", "Tile", "bar_chart", "line_chart", "tile_chart"]
