"""Memory: what a worker takes, and that it takes no more than it may."""

from __future__ import annotations

from pathlib import Path

try:
    import resource
except ImportError:  # Windows: there the desk alone looks after it
    resource = None  # type: ignore[assignment]

_PAGES = Path("/proc/self/statm")
# A job may take so many times what a worker may keep.
AT_WORK = 2


def resident() -> int:
    """Memory that this process takes; 0 where the system does not say. [bytes]"""
    if resource is None:
        return 0
    if _PAGES.exists():
        return int(_PAGES.read_text(encoding="ascii").split()[1]) * resource.getpagesize()
    return int(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def limit(most: int) -> None:
    """More than this [bytes] is refused from now on, which fails the job that asks for it."""
    if resource is None or not hasattr(resource, "RLIMIT_DATA"):
        return
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    asked = AT_WORK * most
    if hard == resource.RLIM_INFINITY or asked < hard:
        resource.setrlimit(resource.RLIMIT_DATA, (asked, hard))
