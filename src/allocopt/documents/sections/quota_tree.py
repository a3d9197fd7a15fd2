"""The tree of targets and quotas: what comes from above, what was set, what is expected from below."""

from __future__ import annotations

from allocopt.documents.blocks import Block, columns, table
from allocopt.documents.facts import Facts
from allocopt.documents.language.voice import Voice

# Lengths of time of the table `quota_tree`, the longest first: one of them tells the whole plan.
GRAINS = ("year", "half", "quarter", "month", "week")
SUMMED = ["top_down", "quota", "bottom_up", "gap"]


def quota_tree_table(facts: Facts, voice: Voice) -> Block | None:
    """Every node over the whole plan: top-down target, quota, expected sales, and what they differ by."""
    tree = facts.table("quota_tree")
    grain = next((name for name in GRAINS if (tree["grain"] == name).any()), "")
    nodes = tree[tree["grain"] == grain].groupby(["tree", "node"], sort=False)
    sums = nodes[SUMMED].sum(min_count=1).reset_index()
    rows = [
        [
            voice.say.get(f"column.{row['tree']}", str(row["tree"])),
            facts.scope_name(str(row["node"])) or voice.say("general.company"),
            *(voice.show.compact(row[name]) for name in SUMMED),
        ]
        for row in sums.to_dict("records")
    ]
    heads = columns("tree where #top_down #quota #bottom_up #tree_gap", voice)
    return table(voice.say("appendix.quota_tree"), heads, rows, voice)
