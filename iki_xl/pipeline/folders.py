"""What lies where in an office's working folder."""

from __future__ import annotations

KATALOG_NAME = "katalog.xlsx"
TEMPLAT_FOLDER, WORKBOOKS_FOLDER, REPORTS_FOLDER = "templates", "workbooks", "reports"


def find_sweeping_age(*, alone: bool) -> float:
    """Seconds after which a temporary file belongs to no living run: at once for who holds the lock."""
    from iki_xl.storage.output import STALE_SECONDS

    return 0 if alone else STALE_SECONDS
