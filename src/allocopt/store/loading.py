"""Loading: a stored version becomes a plan folder again, byte for byte."""

from __future__ import annotations

import re
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from allocopt.errors import StoreError
from allocopt.files import write_atomic
from allocopt.plan import SUMMARY
from allocopt.store.connection import Store
from allocopt.store.content import (
    Content,
    bytes_of,
    content_of,
    hashes_of,
    inputs_hash,
    result_hash,
)
from allocopt.store.ledger import find_version
from allocopt.store.version import Version

# What a name of a folder must not have somewhere.
_UNSAFE = re.compile(r'[\x00-\x1f/\\:*?"<>|]|^\.+')


def load_version(store: Store, name: str, folder: str | Path | None = None) -> Path:
    """The folder of a stored version: `folder`, which must be new or empty, else a temporary one.

    Raises: StoreError when there is no such version, or a file is not what was stored; FileExistsError
    when the folder holds something.
    """
    content = _checked(store, name)[1]
    target = Path(folder or Path(tempfile.mkdtemp(prefix="allocopt-")) / "plan")
    if target.is_dir() and not any(target.iterdir()):
        target.rmdir()
    if target.exists():
        raise FileExistsError(f"{target} is there already and not empty; choose another folder")
    _write(content, target)
    return target


def lasting_folder(store: Store, name: str, plans: Path) -> Path:
    """The folder `plans/versions/<scenario>/<number>` of a version, written where it is not there yet.

    Raises: StoreError when there is something else in its place.
    """
    version, content = _checked(store, name)
    folder = plans / "versions" / _UNSAFE.sub("_", version.scenario) / str(version.version)
    if not folder.exists():
        # Another command that has just written it is as good.
        with suppress(FileExistsError):
            _write(content, folder)
    if not _holds(folder, content):
        raise StoreError(f"{folder} is not what is stored as {version.id}; move it away")
    return folder


def file_of(store: Store, name: str, path: str) -> bytes:
    """One file of a stored version, such as `kpis.csv`.

    Raises: StoreError when there is none.
    """
    with store.reading() as connection:
        version = find_version(connection, name)
        sha256 = hashes_of(connection, version.scenario, version.version).get(path)
        if sha256 is None:
            raise StoreError(f"{version.id} has no file {path}")
        return bytes_of(connection, sha256)


def _checked(store: Store, name: str) -> tuple[Version, Content]:
    """A version and its files, which are those that its hashes were made over."""
    with store.reading() as connection:
        version = find_version(connection, name)
        content = content_of(connection, version.scenario, version.version)
    told = (version.inputs_hash, version.result_hash, version.own_hash)
    own = (inputs_hash(content.hashes), result_hash(content.hashes), version.expected_hash())
    if told != own:
        raise StoreError(
            f"{version.id} is not what was stored; `allocopt plans verify` says what is wrong"
        )
    return version, content


def _write(content: Content, target: Path) -> None:
    """The folder, whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        for path, data in content.files.items():
            write_atomic(fresh / path, data)
        fresh.chmod(0o755)
        _move(fresh, target)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _move(fresh: Path, target: Path) -> None:
    """Raises: FileExistsError when somebody else was first, whatever the system calls that."""
    try:
        fresh.rename(target)
    except OSError as error:
        if target.exists():
            raise FileExistsError(f"{target} is there already") from error
        raise


def _holds(folder: Path, content: Content) -> bool:
    """Whether the files of a version are in a folder as they were stored."""
    return (folder / SUMMARY).is_file() and all(
        (folder / path).is_file() and (folder / path).read_bytes() == data
        for path, data in content.files.items()
    )
