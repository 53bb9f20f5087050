"""LibreOffice, headless, as a second program that opens, recalculates and prints what was written.

Every call has a profile of its own, so that runs beside each other do not disturb one another.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Sequence

_SECONDS = 180
# 0 = always recalculate on load; otherwise LibreOffice trusts the cached values of an .xlsx.
_REGISTRY = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">
<value>0</value></prop></item>
</oor:items>
"""


def available() -> bool:
    """Return whether LibreOffice is installed."""
    return shutil.which("soffice") is not None


def convert(path: Path, fmt: str, outdir: Path, *, recalculated: bool = True) -> Path:
    """Open `path`, recalculate everything, save it in format `fmt` ("pdf", "xlsx", "ods") below `outdir`.

    Not `recalculated`: it trusts the results that Excel stored, as it does on people's machines.

    Returns:
        The path of the new file.

    Raises:
        RuntimeError: LibreOffice did not write the file.
        subprocess.TimeoutExpired: it took longer than three minutes.
    """
    return convert_all([path], fmt, outdir, recalculated=recalculated)[0]


def convert_all(paths: Sequence[Path], fmt: str, outdir: Path, *, recalculated: bool = True) -> list[Path]:
    """Do so with several files in one run.

    Returns:
        The paths of the new files, in order.

    Raises:
        RuntimeError: LibreOffice did not write one of them.
        subprocess.TimeoutExpired: it took longer than three minutes.
    """
    outdir.mkdir(parents=True, exist_ok=True)
    targets = [outdir / f"{path.stem}.{fmt}" for path in paths]
    if any(path.parent.resolve() == outdir.resolve() for path in paths):
        raise ValueError(f"outdir must not be the folder of {paths[0]}")
    with tempfile.TemporaryDirectory(prefix="lo-", ignore_cleanup_errors=True) as profile:
        user = Path(profile) / "user"
        user.mkdir()
        if recalculated:
            (user / "registrymodifications.xcu").write_text(_REGISTRY, encoding="utf-8")
        done = subprocess.run(
            [
                "soffice",
                f"-env:UserInstallation={Path(profile).as_uri()}",
                "--headless",
                "--norestore",
                "--convert-to",
                fmt,
                "--outdir",
                str(outdir),
                *map(str, paths),
            ],
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
    missing = [target for target in targets if not target.exists()]
    if missing:
        raise RuntimeError(f"LibreOffice did not write {missing[0]}: {done.stdout}{done.stderr}")
    return targets


def recalculate(path: Path, outdir: Path) -> Path:
    """Return the path of an .xlsx below `outdir` that holds LibreOffice's own results of every formula."""
    return convert(path, "xlsx", outdir)


def require() -> None:
    """Skip the test where LibreOffice is missing, and say so; in CI it must be there."""
    if not available():
        assert not os.environ.get("CI"), "LibreOffice (soffice) is missing in CI"
        pytest.skip("LibreOffice (soffice) is not installed")
