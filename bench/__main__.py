"""`make bench`: run the paired measurements, print them, and write bench/RESULTS.md."""

from __future__ import annotations

import platform
from datetime import UTC, datetime
from os import cpu_count
from pathlib import Path

from bench import templates
from bench.timing import RONDE

HASIL = Path(__file__).parent / "RESULTS.md"


def main() -> None:
    """Run every measurement and write the page."""
    machine = f"{cpu_count()} cores, {platform.system()}, CPython {platform.python_version()}"
    lines = [
        "# Results",
        "",
        f"{datetime.now(UTC):%Y-%m-%d}, a shared virtual machine: {machine}. Median of {RONDE} rounds,",
        "each contender once a round in turn; the ratios are what counts, seconds say little there.",
        "",
        f"## {templates.JUMLAH} templates of one jabatan",
        "",
        "| writer | median s | smallest | largest |",
        "|---|---|---|---|",
    ]
    times, verdict = templates.ukur()
    lines += [f"| {n} | {t.median:.2f} | {t.terkecil:.2f} | {t.terbesar:.2f} |" for n, t in times.items()]
    lines += ["", verdict, ""]
    text = "\n".join(lines)
    HASIL.write_text(text, encoding="utf-8")
    print(text)  # noqa: T201 - the page is the command's output


if __name__ == "__main__":
    main()
