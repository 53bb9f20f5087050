"""Runs of `iki-xl kumpul` as processes of their own that start at once: forked from one that is ready.

Each run has its own session, so that a signal to its group reaches its readers too, as in a terminal.
"""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from filled import make_katalog

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class EndedRun:
    """How a run ended: its exit code (negative: the signal that ended it), and what it said."""

    code: int
    output: str
    error_output: str


class Launcher:
    """Starts runs, one at a time; what they say goes by way of files that begin with `log`."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._server = subprocess.Popen(
            [sys.executable, __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        assert self._server.stdout.readline() == "siap\n"

    def start(self, folder: Path, **setting: int) -> int:
        """Start `kumpul` in a folder; return its id. `fsize`: largest file; `mati`: renames that it does."""
        wanted = {"folder": str(folder), "log": str(self._log), **setting}
        self._server.stdin.write(json.dumps(wanted) + "\n")
        self._server.stdin.flush()
        return int(self._server.stdout.readline())

    def wait(self) -> EndedRun:
        """Wait for the run to end."""
        code = int(self._server.stdout.readline())
        said, error = (Path(f"{self._log}.{n}").read_text(encoding="utf-8") for n in (1, 2))
        return EndedRun(code, said, error)

    def run(self, folder: Path, **setting: int) -> EndedRun:
        """Run `kumpul` in a folder to its end."""
        self.start(folder, **setting)
        return self.wait()

    def close(self) -> None:
        self._server.stdin.close()
        self._server.wait()
        self._server.stdout.close()


def _serve() -> None:
    import xlsxwriter  # noqa: F401 - what the runs import later

    import iki_xl
    from iki_xl.catalog import katalog_xlsx
    from iki_xl.catalog.reader import read_katalog

    for module in pkgutil.walk_packages(iki_xl.__path__, "iki_xl."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    # a catalogue that is read once has loaded and prepared pandas and pandera
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "katalog.xlsx"
        path.write_bytes(katalog_xlsx(make_katalog()))
        read_katalog(path)
    print("siap", flush=True)  # noqa: T201 - the answer to the test
    for line in sys.stdin:
        wanted = json.loads(line)
        child = os.fork()
        if not child:
            _become_run(wanted)
        print(child, flush=True)  # noqa: T201
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)  # noqa: T201


def _become_run(wanted: dict[str, object]) -> None:
    """Become one run of the command."""
    import resource
    import signal

    from iki_xl.cli.commands import iki_xl
    from iki_xl.cli.indonesian import run

    os.setsid()
    for number in (1, 2):
        descriptor = os.open(f"{wanted['log']}.{number}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(descriptor, number)
    os.chdir(str(wanted["folder"]))
    if "fsize" in wanted:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(wanted["fsize"]), int(wanted["fsize"])))
    if "mati" in wanted:
        left, rename = [None] * int(wanted["mati"]), Path.replace

        def last(self: Path, target: Path) -> Path:
            if not left:
                os.kill(os.getpid(), signal.SIGKILL)
            left.pop()
            return rename(self, target)

        Path.replace = last
    code = run(iki_xl, ["kumpul"])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    _serve()
