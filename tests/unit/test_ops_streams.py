"""Commands whose standard input or output is closed, full, or read by nobody: one line, and an exit code."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.stack_files import ROOT
from tests.unit.plain_api import Asked, Reply, plain_api

OPS = f"{sys.executable} -m ops"
LINE = '{"message": "dial tcp: lookup r.example.com: no such host"}'
FULL = Path("/dev/full")


def shell(script: str) -> subprocess.CompletedProcess[str]:
    command = ["bash", "-c", script]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)


def one_line(done: subprocess.CompletedProcess[str], words: str) -> None:
    assert done.returncode == 1
    assert done.stderr.startswith("error: ")
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 1


def empty(asked: Asked) -> Reply:
    return Reply(200, {"items": [], "metadata": {"name": asked.path}})


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("classify <&-", "standard input is closed: end the command with < FILE"),
        (f"classify >&- <<< '{LINE}'", "standard output is closed"),
        (f"classify >/dev/full <<< '{LINE}'", "No space left on device"),
    ],
)
def test_a_filter_without_its_streams_ends_with_one_line(how: str, words: str) -> None:
    if "full" in how and not FULL.exists():
        pytest.skip("this system has no /dev/full")
    one_line(shell(f"{OPS} {how}"), words)


@pytest.mark.parametrize(("how", "words"), [(">/dev/full", "No space left"), (">&-", "standard output is closed")])
@pytest.mark.parametrize("form", ["", "--json"])
def test_a_diagnosis_that_cannot_be_written_ends_with_one_line(how: str, words: str, form: str, tmp_path: Path) -> None:
    if "full" in how and not FULL.exists():
        pytest.skip("this system has no /dev/full")
    file = tmp_path / "kubeconfig"
    with plain_api(empty) as api:
        file.write_text(api.kubeconfig)
        one_line(shell(f"{OPS} diagnose --kubeconfig {file} {form} {how}"), words)


def test_answers_that_nobody_reads_any_more_are_told() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as out:
        done = subprocess.run(
            [sys.executable, "-m", "ops", "classify"],
            cwd=ROOT, input=LINE, stdout=out, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    one_line(done, "nobody reads standard output any more")


def test_mistakes_do_not_get_among_the_answers_when_standard_error_is_closed() -> None:
    done = shell(f"printf '{{\\n%s\\n' '{LINE}' | {OPS} classify 2>&-")
    assert (done.returncode, len(done.stdout.splitlines())) == (2, 1)
