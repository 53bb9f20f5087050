"""Settings of the whole suite."""

from __future__ import annotations

import os

from hypothesis import settings

# Timing never fails a test. In CI the cases are the same each time; elsewhere every run tries new ones.
settings.register_profile("iki_xl", deadline=None, print_blob=True, derandomize=bool(os.environ.get("CI")))
settings.load_profile("iki_xl")
