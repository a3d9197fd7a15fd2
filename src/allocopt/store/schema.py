"""The tables of a store as they are now; `migrations` says how they came about.

Rows are only ever added: triggers refuse to change or to delete them.
"""

from __future__ import annotations

from sqlalchemy import Column, Integer, LargeBinary, MetaData, Table, Text

metadata = MetaData()

# The steps that were taken. The greatest number is the schema that the store has.
STEPS = Table(
    "plan_schema",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("taken_at", Text, nullable=False),
)

# Key (scenario, version): of two that save at once, one has to be second.
VERSIONS = Table(
    "plan_versions",
    metadata,
    Column("scenario", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("plan", Text, nullable=False),
    Column("parent", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("saved_at", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("inputs_hash", Text, nullable=False),
    Column("result_hash", Text, nullable=False),
    Column("likeness", Text, nullable=False),
    Column("previous_hash", Text, nullable=False),
    Column("own_hash", Text, nullable=False),
)

# A file by the sha256 of its bytes, once for all versions that have it.
CONTENTS = Table(
    "plan_contents",
    metadata,
    Column("sha256", Text, primary_key=True),
    Column("size", Integer, nullable=False),
    Column("packed", LargeBinary, nullable=False),
)

FILES = Table(
    "plan_files",
    metadata,
    Column("scenario", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("path", Text, primary_key=True),
    Column("sha256", Text, nullable=False),
)

# What happened to versions, in the order of `number`, which has no gaps.
EVENTS = Table(
    "plan_events",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("scenario", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("happened_at", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("previous_hash", Text, nullable=False),
    Column("own_hash", Text, nullable=False),
)
