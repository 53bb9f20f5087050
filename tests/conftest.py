"""Settings of the whole suite."""

from __future__ import annotations

from hypothesis import settings

# Timing never fails a test.
settings.register_profile("iki_xl", deadline=None, print_blob=True)
settings.load_profile("iki_xl")
