"""Content: the files of a plan folder, as they are kept in a store.

Each file is kept once by the sha256 of its bytes, compressed with zlib. Documents are not kept: they are
rendered from the plan again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

from sqlalchemy import Connection, select

from allocopt.errors import DataError, Finding, Severity, StoreError
from allocopt.plan import INPUTS, PLAN_TABLES, SUMMARY
from allocopt.store import schema

KEPT = (".json", ".csv")
# Entries of plan.json that differ between two solves of the same plan.
OF_THE_SOLVE = ("seconds", "created")


@dataclass(frozen=True)
class Content:
    """The files of a plan: bytes by path in the folder, `inputs/units.csv` with slashes everywhere."""

    files: Mapping[str, bytes]

    @cached_property
    def summary(self) -> Mapping[str, Any]:
        """plan.json."""
        return dict(json.loads(self.files[SUMMARY]))

    @property
    def plan(self) -> str:
        """Id of the plan."""
        return str(self.summary["id"])

    @property
    def scenario(self) -> str:
        """Name of the scenario that the plan is of."""
        return str(self.summary["scenario"]["name"])

    @property
    def parent(self) -> str:
        """Id of the plan that this one was made from; "" for none."""
        return str(self.summary.get("parent") or "")

    @property
    def begun(self) -> str:
        """When the search for the plan began, in UTC; "" where that is not known."""
        created = str(self.summary.get("created") or "")
        if not created:
            return ""
        seconds = dt.timedelta(seconds=float(self.summary.get("seconds") or 0.0))
        return (dt.datetime.fromisoformat(created) - seconds).isoformat(timespec="seconds")

    @cached_property
    def hashes(self) -> Mapping[str, str]:
        """sha256 of each file by its path."""
        return {path: hashlib.sha256(data).hexdigest() for path, data in self.files.items()}

    @property
    def inputs_hash(self) -> str:
        """Over paths and bytes of all inputs."""
        return inputs_hash(self.hashes)

    @property
    def result_hash(self) -> str:
        """Over paths and bytes of all that is no input."""
        return result_hash(self.hashes)

    @property
    def likeness(self) -> str:
        """Over everything but when and how long it was solved."""
        lasting = {key: self.summary[key] for key in self.summary if key not in OF_THE_SOLVE}
        text = json.dumps(lasting, sort_keys=True, ensure_ascii=False)
        return _digest({**self.hashes, SUMMARY: hashlib.sha256(text.encode()).hexdigest()})


def inputs_hash(hashes: Mapping[str, str]) -> str:
    """sha256 over the inputs, from the sha256 of each file by its path."""
    return _digest({path: own for path, own in hashes.items() if _is_input(path)})


def result_hash(hashes: Mapping[str, str]) -> str:
    """sha256 over what is no input, from the sha256 of each file by its path."""
    return _digest({path: own for path, own in hashes.items() if not _is_input(path)})


def _is_input(path: str) -> bool:
    return path.startswith(f"{INPUTS}/")


def _digest(hashes: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps(sorted(hashes.items())).encode()).hexdigest()


def read_content(folder: Path) -> Content:
    """The files of a plan folder that are kept.

    Raises: DataError when the folder holds no whole plan; StoreError when a plan was put in its place
    while it was read.
    """
    missing = [name for name in (SUMMARY, *_tables()) if not (folder / name).is_file()]
    if missing:
        raise DataError([_torn(folder / name, "the plan lacks this file") for name in missing])
    before = (folder / SUMMARY).read_bytes()
    content = Content({path: (folder / path).read_bytes() for path in _paths(folder)})
    if content.files[SUMMARY] != before:
        raise StoreError(f"{folder} was changed while it was read; save again")
    try:
        if not (content.plan and content.scenario):
            raise DataError([_torn(folder / SUMMARY, "the plan has no id or no scenario")])
    except (ValueError, KeyError, TypeError) as error:
        raise DataError([_torn(folder / SUMMARY, f"cannot be read: {error!r}")]) from None
    return content


def _tables() -> tuple[str, ...]:
    return tuple(f"{name}.csv" for name in PLAN_TABLES)


def _paths(folder: Path) -> list[str]:
    """Paths of the files that are kept, plan.json last: it is written last as well."""
    top = [path.name for path in folder.iterdir() if path.suffix in KEPT and path.is_file()]
    inputs = [path for path in (folder / INPUTS).rglob("*") if path.is_file()]
    below = [path.relative_to(folder).as_posix() for path in inputs]
    visible = [path for path in (*top, *below) if not PurePosixPath(path).name.startswith(".")]
    return sorted(visible, key=lambda path: (path == SUMMARY, path))


def _torn(path: Path, message: str) -> Finding:
    mend = "solve again, or name another folder"
    return Finding(Severity.PROBLEM, message, file=str(path), mend=mend, code="broken-plan")


def put_content(connection: Connection, content: Content, scenario: str, version: int) -> None:
    """Store the files of a version; bytes that are there already are not stored again."""
    own = {content.hashes[path]: data for path, data in content.files.items()}
    column = schema.CONTENTS.c.sha256
    known = set(connection.scalars(select(column).where(column.in_(own))))
    packed = [
        {"sha256": sha256, "size": len(data), "packed": zlib.compress(data)}
        for sha256, data in own.items()
        if sha256 not in known
    ]
    if packed:
        connection.execute(schema.CONTENTS.insert(), packed)
    put_files(connection, content.hashes, scenario, version)


def put_files(
    connection: Connection, hashes: Mapping[str, str], scenario: str, version: int
) -> None:
    """List which files a version has."""
    rows = [
        {"scenario": scenario, "version": version, "path": path, "sha256": sha256}
        for path, sha256 in hashes.items()
    ]
    connection.execute(schema.FILES.insert(), rows)


def hashes_of(connection: Connection, scenario: str, version: int) -> dict[str, str]:
    """sha256 of each file of a version by its path."""
    files = schema.FILES.c
    asked = select(files.path, files.sha256).where(
        files.scenario == scenario, files.version == version
    )
    rows = connection.execute(asked.order_by(files.path))
    return {row.path: row.sha256 for row in rows}


def bytes_of(connection: Connection, sha256: str) -> bytes:
    """The bytes with this hash.

    Raises: StoreError when they are not there, or are not those that were stored.
    """
    row = connection.execute(
        select(schema.CONTENTS.c.size, schema.CONTENTS.c.packed).where(
            schema.CONTENTS.c.sha256 == sha256
        )
    ).first()
    if row is None:
        raise StoreError(f"the content {sha256[:12]} is missing")
    try:
        # No more than was stored: what somebody has put in its place may unpack without end.
        data = zlib.decompressobj().decompress(row.packed, row.size + 1)
    except zlib.error:
        data = b""
    if hashlib.sha256(data).hexdigest() != sha256:
        raise StoreError(f"the content {sha256[:12]} is not what was stored")
    return data


def content_of(connection: Connection, scenario: str, version: int) -> Content:
    """All files of a version.

    Raises: StoreError when a file is not what was stored, or its path leads out of a folder.
    """
    hashes = hashes_of(connection, scenario, version)
    for path in hashes:
        steps = PurePosixPath(path).parts
        if ".." in steps or "\\" in path or PurePosixPath(path).is_absolute():
            raise StoreError(f"the path {path!r} leads out of the plan's folder")
    return Content({path: bytes_of(connection, sha256) for path, sha256 in hashes.items()})
