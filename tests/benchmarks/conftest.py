"""Benchmarks are programs beside each other, not a package."""

import sys

from support_cases import REPOSITORY

sys.path.append(str(REPOSITORY / "benchmarks"))
