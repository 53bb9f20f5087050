"""A program of its own that writes files slowly, as a copy over a slow drive does; tests start it."""

from __future__ import annotations

import sys
import time
from pathlib import Path

PIECES = 20


def write_in_place(paths: list[Path], content: bytes, seconds: float) -> None:
    """Write the same bytes over what the files hold, piece by piece, one piece of each file in turn."""
    size = -(-len(content) // PIECES)
    files = [path.open("r+b" if path.exists() else "wb", buffering=0) for path in paths]
    for start in range(0, len(content), size):
        for file in files:
            file.write(content[start : start + size])
        time.sleep(seconds / PIECES)
    for file in files:
        file.truncate(len(content))
        file.close()


def append(path: Path, content: bytes, seconds: float) -> None:
    """Write a file in pieces, and close it after each."""
    size = -(-len(content) // PIECES)
    for start in range(0, len(content), size):
        with path.open("ab") as file:
            file.write(content[start : start + size])
        time.sleep(seconds / PIECES)


def main() -> None:
    """Arguments: how, seconds of writing, seconds of rest, rounds, sources joined by ":", files to write."""
    how, seconds, rest, rounds, sources, *names = sys.argv[1:]
    contents = [Path(name).read_bytes() for name in sources.split(":")]
    paths = [Path(name) for name in names]
    for number in range(int(rounds)):
        content = contents[number % len(contents)]
        if how == "append":
            append(paths[0], content, float(seconds))
        else:
            write_in_place(paths, content, float(seconds))
        time.sleep(float(rest))


if __name__ == "__main__":
    main()
