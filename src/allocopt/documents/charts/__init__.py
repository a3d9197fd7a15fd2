"""Geometry of the charts: numbers become coordinates and colours here, templates only draw."""

from allocopt.documents.charts.bars import Bar, BarRow, Mark, bar_chart
from allocopt.documents.charts.flows import Flow, flow_chart
from allocopt.documents.charts.lanes import Event, Lane, lane_chart
from allocopt.documents.charts.line import Band, Line, line_chart
from allocopt.documents.charts.panels import Panel, panel_chart
from allocopt.documents.charts.points import Point, point_chart
from allocopt.documents.charts.regions import Region, region_chart
from allocopt.documents.charts.steps import Step, step_chart
from allocopt.documents.charts.tiles import Tile, tile_chart

__all__ = [
    "Band",
    "Bar",
    "BarRow",
    "Event",
    "Flow",
    "Lane",
    "Line",
    "Mark",
    "Panel",
    "Point",
    "Region",
    "Step",
    "Tile",
    "bar_chart",
    "flow_chart",
    "lane_chart",
    "line_chart",
    "panel_chart",
    "point_chart",
    "region_chart",
    "step_chart",
    "tile_chart",
]
