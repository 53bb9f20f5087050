"""Settings of the whole suite."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

# Timing never fails a test. In CI the cases are the same each time; elsewhere every run tries new ones.
settings.register_profile("iki_xl", deadline=None, print_blob=True, derandomize=bool(os.environ.get("CI")))
settings.load_profile("iki_xl")


@pytest.fixture(autouse=True, scope="module")
def files_at_rest(request):
    """Files that a test has just made count as written long ago; test_still_written.py has others."""
    with pytest.MonkeyPatch.context() as patch:
        if request.module.__name__ != "test_still_written":
            patch.setattr("iki_xl.collect.outcome._AT_REST", -1.0)
        yield
