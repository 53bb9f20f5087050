"""The progress bar: on a terminal, for work that takes a while, and nowhere else."""

from __future__ import annotations

import os
import pty
import subprocess
import sys

import pytest

_WORK = """
import sys, time
from iki_xl.cli.rendering import make_progress_bar
steps, seconds = int(sys.argv[1]), float(sys.argv[2])
show = make_progress_bar("Membaca")
for done in range(1, steps + 1):
    time.sleep(seconds / steps)
    show(done, steps)
"""


def shown(steps, seconds):
    """Return what stands on a terminal after some work."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-c", _WORK, str(steps), str(seconds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=theirs) as child:
        os.close(theirs)
        text = b""
        while chunk := _chunk(ours):
            text += chunk
        assert child.stdout.read() == b""
    os.close(ours)
    assert child.returncode == 0
    return text.decode()


def _chunk(descriptor):
    try:
        return os.read(descriptor, 4096)
    except OSError:  # Linux: nobody has the other end open any more
        return b""


def test_long_work_shows_how_far_it_is():
    """It begins after a second in the middle of the work, and ends at the whole."""
    text = shown(26, 1.3)
    first = text.split("/26")[0]
    assert "Membaca" in first
    assert int(first.split()[-1]) > 10
    assert "26/26" in text
    assert text.endswith("\n")


@pytest.mark.parametrize("steps", [1, 50])
def test_short_work_shows_nothing(steps):
    """A run that is over at once leaves the terminal as it was."""
    assert shown(steps, 0.05) == ""


def test_a_pipe_gets_nothing():
    """Neither a log nor another program is disturbed."""
    command = [sys.executable, "-c", _WORK, "20", "1.2"]
    done = subprocess.run(command, capture_output=True, check=True)
    assert (done.stdout, done.stderr) == (b"", b"")
