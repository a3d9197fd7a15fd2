"""Approval: each signature and each person's part is of a place that is there."""

from __future__ import annotations

from collections.abc import Iterator

from allocopt.checks.subject import Subject
from allocopt.errors import Finding
from allocopt.tables.text import nearest


def check_parts(subject: Subject) -> Iterator[Finding]:
    """Every territory of `approval.territories` is a node of the tree."""
    for name, nodes in subject.config.approval.territories.items():
        for node in nodes:
            if node not in subject.tree:
                yield subject.place("approval", "territories", name).problem(
                    f"there is no territory {node!r}",
                    nearest=nearest(node, subject.tree.nodes),
                    code="unknown-reference",
                )


def check_signatures(subject: Subject) -> Iterator[Finding]:
    """Every territory of `approval.sign_off` is a node of the tree."""
    for number, one in enumerate(subject.config.approval.sign_off):
        if one.territory and one.territory not in subject.tree:
            yield subject.place("approval", "sign_off", number, "territory").problem(
                f"there is no territory {one.territory!r}",
                nearest=nearest(one.territory, subject.tree.nodes),
                code="unknown-reference",
            )
