"""What holds for every test."""

from __future__ import annotations

import os

from hypothesis import settings

# In CI the same examples every time: a new find is for whoever runs the tests, not for who merges.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI") == "true":
    settings.load_profile("ci")
