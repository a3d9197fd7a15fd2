"""The command line: each command parses, calls one verb and prints."""

from allocopt.cli.program import main

__all__ = ["main"]
