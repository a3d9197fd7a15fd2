"""Groups of commands."""

from __future__ import annotations

import click


class InOrder(click.Group):
    """Lists its commands in the order in which people use them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names as they were added."""
        return list(self.commands)
