"""Tables of a scenario: the contract, reading, checking and writing."""

from allocopt.tables.contract import CONTRACT, Column, Kind, Table, empty_table, table_named
from allocopt.tables.lookup import among, look_up
from allocopt.tables.raw import RawTable, TableSource
from allocopt.tables.reading import Interpreted, Reading, assemble, interpret, read_tables
from allocopt.tables.sources import find_sources, read_source
from allocopt.tables.workbook import read_workbook
from allocopt.tables.writing import table_bytes, write_table

__all__ = [
    "CONTRACT",
    "Column",
    "Interpreted",
    "Kind",
    "RawTable",
    "Reading",
    "Table",
    "TableSource",
    "among",
    "assemble",
    "empty_table",
    "find_sources",
    "interpret",
    "look_up",
    "read_source",
    "read_tables",
    "read_workbook",
    "table_bytes",
    "table_named",
    "write_table",
]
