"""The sections of scenario.yaml that documents show: goals, strategy text, SWOT, milestones."""

from __future__ import annotations

from pydantic import Field

from allocopt.config.values import Day, Many, Prose, Section


class Goal(Section):
    """One SMART goal: what is measured, how much of it, until when, and who answers for it."""

    name: str = Field(description="The goal in a few words.")
    text: str = Field(default="", description="The goal in a sentence.")
    measure: str = Field(
        default="", description="What is measured, such as sales or new_customers."
    )
    amount: float | None = Field(
        default=None, description="How much of the measure. [unit of the measure]"
    )
    unit: str = Field(default="", description="Unit of the amount; blank = the currency.")
    scope: str = Field(
        default="", description="Where, such as territory=East; blank = the company."
    )
    start: Day = Field(default=None, description="From when; blank = the plan's start.")
    due: Day = Field(default=None, description="Until when; blank = the plan's end.")
    owner: str = Field(default="", description="Who answers for it.")
    reason: str = Field(default="", description="Why it can be reached, and why it matters.")


class Milestone(Section):
    """A date by which something is done."""

    date: Day = Field(default=None, description="When.")
    name: str = Field(description="What is done.")
    owner: str = Field(default="", description="Who does it.")
    text: str = Field(default="", description="More about it.")


class Tactic(Section):
    """One thing that is done to carry out the strategy."""

    name: str = Field(description="What is done.")
    text: str = Field(default="", description="How.")
    owner: str = Field(default="", description="Who does it.")
    start: Day = Field(default=None, description="From when.")
    due: Day = Field(default=None, description="Until when.")
    lever: str = Field(default="", description="Lever that pays for it.")
    scope: str = Field(default="", description="Where, such as segment=Retail; blank = everywhere.")


class Swot(Section):
    """Strengths, weaknesses, opportunities and threats."""

    strengths: Prose = Field(default="", description="What we do well.")
    weaknesses: Prose = Field(default="", description="What we do badly.")
    opportunities: Prose = Field(default="", description="What helps from outside.")
    threats: Prose = Field(default="", description="What harms from outside.")


class Chapter(Section):
    """A chapter of the user's own."""

    title: str = Field(description="Heading.")
    text: Prose = Field(default="", description="Paragraphs.")


class DocumentSection(Section):
    """Texts that no table holds."""

    author: str = Field(default="", description="Who signs the document.")
    summary: Prose = Field(default="", description="Opening of the executive summary.")
    company: Prose = Field(default="", description="Who we are.")
    market: Prose = Field(default="", description="The market and the competition.")
    segments: Prose = Field(default="", description="Target segments.")
    ideal_customer_profile: Prose = Field(default="", description="The customer we want.")
    swot: Swot = Field(default=Swot(), description="Strengths, weaknesses, opportunities, threats.")
    strategy: Prose = Field(default="", description="The way to the goals.")
    tactics: Many[Tactic] = Field(default=(), description="What is done to carry out the strategy.")
    risks: Prose = Field(default="", description="What may go wrong, and what is done then.")
    milestones: Many[Milestone] = Field(default=(), description="Dates by which something is done.")
    chapters: Many[Chapter] = Field(default=(), description="Chapters of your own.")
