"""`make bench`: run the paired measurements, print them, and write bench/RESULTS.md.

`python -m bench NAME...` runs only those; the other parts of the page stay as they are.
"""

from __future__ import annotations

import platform
import re
import sys
from datetime import UTC, datetime
from os import cpu_count
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from bench import collect, recap, templates

if TYPE_CHECKING:
    from collections.abc import Sequence

PAGE = Path(__file__).parent / "RESULTS.md"
INTRO = """# Results

Paired rounds on a shared virtual machine: each contender once a round in turn, after one round that does
not count. The ratios are what counts; seconds say little there. `make bench` measures everything anew,
`python -m bench NAME...` only some.
"""


class Measurement(Protocol):
    """What a measurement module has: the title of its part of the page, and the run that gives its lines."""

    TITLE: str

    def run(self) -> list[str]: ...


MEASUREMENTS: dict[str, Measurement] = {"templates": templates, "collect": collect, "recap": recap}


def main(names: Sequence[str]) -> None:
    """Run the measurements of these names (all without names) and write the page.

    Raises:
        SystemExit: a name is not that of a measurement.
    """
    if unknown := set(names) - set(MEASUREMENTS):
        raise SystemExit(f"Unknown: {', '.join(sorted(unknown))}; there are {', '.join(MEASUREMENTS)}.")
    page = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    for name in names or MEASUREMENTS:
        module = MEASUREMENTS[name]
        text = "\n".join((_describe_machine(), "", *module.run()))
        print(f"## {module.TITLE}\n\n{text}\n", flush=True)  # noqa: T201 - the page is the command's output
        page = put_part(page, module.TITLE, text)
        PAGE.write_text(page, encoding="utf-8")


def put_part(page: str, title: str, text: str) -> str:
    """Return the page with one part put in place of the old one, all parts in the order of `MEASUREMENTS`."""
    parts = _split_parts(page) | {title: text}
    known = [m.TITLE for m in MEASUREMENTS.values() if m.TITLE in parts]
    order = [*known, *(t for t in parts if t not in known)]
    return "\n".join((INTRO, *(f"## {t}\n\n{parts[t]}\n" for t in order)))


def _split_parts(page: str) -> dict[str, str]:
    _, *rest = re.split(r"^## ", page, flags=re.MULTILINE)
    titled = (part.partition("\n") for part in rest)
    return {title: text.strip() for title, _, text in titled}


def _describe_machine() -> str:
    machine = f"{cpu_count()} cores, {platform.system()}, CPython {platform.python_version()}"
    return f"{datetime.now(UTC):%Y-%m-%d}, {machine}."


if __name__ == "__main__":
    main(sys.argv[1:])
