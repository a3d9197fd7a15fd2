"""What binds a plan: rules without slack, in words, with what loosening them brings."""

from __future__ import annotations

from dataclasses import dataclass

from allocopt.documents.facts import Facts
from allocopt.documents.language.text import known_text
from allocopt.documents.language.voice import Voice


@dataclass(frozen=True)
class BindingRule:
    """A rule that binds: its sentence, where, in how many periods, and what loosening it brings.

    `one_more` is the worth of one more unit in each period, `percent_more` that of one per cent more.
    """

    sentence: str
    item: str
    periods: int
    one_more: str
    percent_more: str


def binding_rules(facts: Facts, voice: Voice) -> list[BindingRule]:
    """Binding rules, their periods added up, those first that bring most when loosened by 1 %.

    One more hour and one more unit of money do not compare; one per cent of each does.
    """
    worth = facts.binding["value_of_one_more"].abs()
    rows = facts.binding.assign(one=worth, percent=worth * facts.binding["limit"].abs() / 100)
    groups = rows.groupby(["rule", "item"], sort=False, dropna=False)
    sums = groups.agg(one=("one", "sum"), percent=("percent", "sum"), periods=("period", "size"))
    sums = sums.sort_values("percent", ascending=False, kind="stable")
    return [
        BindingRule(
            rule_sentence(str(row["rule"]), facts, voice).rstrip(".。"),
            item_name(row["item"], facts, voice),
            int(row["periods"]),
            voice.show.money(row["one"]),
            voice.show.money(row["percent"]),
        )
        for row in sums.reset_index().to_dict("records")
    ]


def rule_sentence(rule: str, facts: Facts, voice: Voice) -> str:
    """The business meaning of a rule: in the document's language, else as the model says it."""
    sentences = facts.summary.get("rules", {})
    return voice.say.get(f"rules.{rule}", str(sentences.get(rule, rule)))


def item_name(item: object, facts: Facts, voice: Voice) -> str:
    """What a rule row is about, by the names people use; parts of an item are joined by `/`."""
    key = known_text(item)
    if key == "company":
        return voice.say("general.company")
    parts = [facts.any_name(part) or voice.say.get(f"kpi.{part}", part) for part in key.split("/")]
    return facts.any_name(key) or " / ".join(parts)
