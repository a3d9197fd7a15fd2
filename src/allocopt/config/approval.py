"""The section `approval`: who may change the state of a stored plan, and who signs it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from allocopt.config.values import Many, Names, Section

Role = Literal["analyst", "manager", "finance", "marketing", "viewer"]
SigningRole = Literal["analyst", "manager", "finance", "marketing"]


def _one_as_many(value: object) -> object:
    return (value,) if isinstance(value, str) else value


OneOrMany = Annotated[
    Many[Role], BeforeValidator(_one_as_many, json_schema_input_type=Role | list[Role])
]
OneOrManyNodes = Annotated[
    Names, BeforeValidator(_one_as_many, json_schema_input_type=str | list[str])
]


class SignOff(Section):
    """One signature that a plan needs before the whole is approved."""

    territory: str = Field(
        default="", description="Node of the tree whose part is signed; blank = the whole plan."
    )
    role: SigningRole = Field(description="The function that signs.")
    people: Names = Field(
        default=(), description="Who of that function signs; blank = anybody who has it."
    )

    def __str__(self) -> str:
        return f"{self.role} for {self.territory}" if self.territory else self.role


class Approval(Section):
    """Who may do what with a stored plan."""

    roles: Mapping[str, OneOrMany] = Field(
        default_factory=dict,
        description="What each person is: {name: role, or a list of roles}; who is not named is a "
        "viewer; blank = everybody has every role.",
    )
    territories: Mapping[str, OneOrManyNodes] = Field(
        default_factory=dict,
        description="The part of the tree that a person sees and changes in the review room: {name: "
        "node, or a list of nodes}, each with all below it; who is not named has the whole.",
    )
    sign_off: Many[SignOff] = Field(
        default=(), description="Signatures that must be there before a plan is approved."
    )
    own_plan: bool | None = Field(
        default=None,
        description="Whether people may sign and approve plans of their own; blank = only while no "
        "`roles` are given.",
    )

    @model_validator(mode="after")
    def _signs_once(self) -> Self:
        asked = [str(one) for one in self.sign_off]
        if twice := next((name for name in asked if asked.count(name) > 1), None):
            raise ValueError(f"`sign_off` asks for {twice!r} twice; name all `people` in one")
        return self

    @model_validator(mode="after")
    def _parts_of_known_people(self) -> Self:
        for name in self.territories if self.roles else ():
            if name not in self.roles:
                raise ValueError(f"`territories` names {name!r}, who has no role")
        return self

    @model_validator(mode="after")
    def _signs_who_can(self) -> Self:
        for one in self.sign_off if self.roles else ():
            for name in one.people:
                if one.role not in self.roles.get(name, ()):
                    raise ValueError(f"{name!r} is to sign as {one.role} and has no such role")
        return self
