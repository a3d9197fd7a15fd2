"""Files that are whole or not there: written beside the target first, then moved over it."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write_atomic(path: Path, data: bytes) -> None:
    """Write `data` to `path` so that a reader sees the old file or the new one, never a part.

    The folder is made when it is not there. Raises OSError when the disk refuses.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        _give_usual_rights(Path(name), path)
        Path(name).replace(path)
    except BaseException as error:
        Path(name).unlink(missing_ok=True)
        if isinstance(error, OSError) and error.errno is not None:
            error.filename = str(path)  # a full disk does not say which file it was
        raise
    _sync_folder(path.parent)


def replace_atomic(made: Path, path: Path) -> None:
    """Move a finished file of the same disk to `path`; it is on the disk before it is seen there.

    Raises OSError when the disk refuses.
    """
    with made.open("rb+") as file:
        os.fsync(file.fileno())
    _give_usual_rights(made, path)
    made.replace(path)
    _sync_folder(path.parent)


def _give_usual_rights(new: Path, old: Path) -> None:
    """Rights of the file that is replaced; else what the user's mask gives a new file."""
    if old.exists():
        new.chmod(old.stat().st_mode & 0o777)
        return
    mask = os.umask(0)
    os.umask(mask)
    new.chmod(0o666 & ~mask)


def _sync_folder(folder: Path) -> None:
    """Make the move itself last; Windows has no handle for a folder."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
