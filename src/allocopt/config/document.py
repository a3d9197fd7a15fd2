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


class Contact(Section):
    """Whom to ask about what."""

    topic: str = Field(description="What to ask about, such as quotas.")
    name: str = Field(description="Who answers.")
    reach: str = Field(default="", description="How to reach them: mail, telephone, hours.")


class Question(Section):
    """A question that people ask, with its answer."""

    question: str = Field(description="The question.")
    answer: Prose = Field(description="The answer.")


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
    positioning: Prose = Field(
        default="", description="What we stand for, and why customers choose us."
    )
    pricing: Prose = Field(default="", description="Prices, discounts and who may grant them.")
    channels: Prose = Field(
        default="", description="The ways to customers: direct, partners, online."
    )
    promotion: Prose = Field(default="", description="Campaigns, fairs and what they are to bring.")
    leads: Prose = Field(default="", description="Where new customers come from.")
    process: Prose = Field(default="", description="How we sell: visits, stages, handovers.")
    tools: Prose = Field(default="", description="Systems and material that people work with.")
    tactics: Many[Tactic] = Field(default=(), description="What is done to carry out the strategy.")
    risks: Prose = Field(default="", description="What may go wrong, and what is done then.")
    milestones: Many[Milestone] = Field(default=(), description="Dates by which something is done.")
    rollout: Prose = Field(
        default="", description="What changes with the plan, and why, for the people it concerns."
    )
    contacts: Many[Contact] = Field(default=(), description="Whom to ask about the plan.")
    faq: Many[Question] = Field(default=(), description="Questions that people ask, with answers.")
    recommendation: Prose = Field(
        default="", description="Which of several plans to choose, and why."
    )
    lessons: Prose = Field(default="", description="What the year has taught, for the next plan.")
    chapters: Many[Chapter] = Field(default=(), description="Chapters of your own.")
