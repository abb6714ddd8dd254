"""Processes of the sandbox: found by their mark, waited for, ended. Every test starts real ones."""

import os
import subprocess
import sys
import time
from collections.abc import Generator
from pathlib import Path
from unittest.mock import Mock

import psutil
import pytest

from sandbox import processes
from sandbox.errors import SandboxError

_ENVIRONMENT = {"PATH": os.environ["PATH"]}
_SLEEP = "import time; time.sleep(60)"
_WITH_CHILD = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {_SLEEP!r}])"
_WITH_LEADING_CHILD = _WITH_CHILD.replace("])", "], start_new_session=True)")
_STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True); {_SLEEP}"


class Folder:
    """A sandbox's folder that keeps what was started in it, to reap it at the end."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.log = path / "logs" / "part.log"
        self.started: list[subprocess.Popen[bytes]] = []

    def start(self, script: str, part: str = "part") -> psutil.Process:
        """Run this Python as `part`."""
        command = [sys.executable, "-c", script]
        process = processes.start(
            self.path, part, command, log=self.log, environment=_ENVIRONMENT, cwd=self.log.parent.parent
        )
        self.started.append(process)
        return psutil.Process(process.pid)

    def wait_for_log(self, text: str) -> None:
        """Until the process has said it."""
        processes.wait_until(lambda: text in self.log.read_text(), seconds=20, what="part", log=self.log)


@pytest.fixture
def folder(tmp_path: Path) -> Generator[Folder]:
    folder = Folder(tmp_path / "state")
    folder.path.mkdir()
    yield folder
    processes.kill(process for _, process in processes.marked(folder.path))
    for process in folder.started:
        process.wait()


@pytest.mark.parametrize("start", [["{plugin}"], ["/bin/sh", "{plugin}"]], ids=["program", "script"])
def test_a_plug_in_that_outlived_its_pulumi_is_found_and_a_shell_that_names_it_is_not(
    folder: Folder, start: list[str]
) -> None:
    plugin = folder.path / "pulumi-home" / "plugins" / "resource-x" / "pulumi-resource-x"
    plugin.parent.mkdir(parents=True)
    plugin.write_text("#!/bin/sh\nread line\n")
    plugin.chmod(0o755)
    command = [each.format(plugin=plugin) for each in start]
    shell = ["/bin/sh", "-c", "read line", str(plugin)]
    with (
        subprocess.Popen(command, stdin=subprocess.PIPE) as left,
        subprocess.Popen(shell, stdin=subprocess.PIPE, env={"PULUMI_HOME": str(folder.path / "pulumi-home")}) as other,
    ):
        processes.wait_until(lambda: bool(processes.plugins(folder.path)), seconds=5, what="plugin", log=folder.log)
        assert [each.pid for each in processes.plugins(folder.path)] == [left.pid]
        left.kill()
        other.kill()


def test_a_process_is_found_by_its_mark_under_its_part(folder: Folder) -> None:
    process = folder.start(_SLEEP, "kubelet-node-1")
    assert processes.marked(folder.path) == [("kubelet-node-1", process)]
    assert processes.running(folder.path, "kubelet-node-1") == process


def test_a_process_whose_environment_the_kernel_does_not_show_yet_is_waited_for(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = Mock(side_effect=[{}, {}, {processes.MARK: str(folder.path)}])
    monkeypatch.setattr(psutil.Process, "environ", shown)
    folder.start(_SLEEP)
    assert shown.call_count == 3
    monkeypatch.undo()


def test_the_processes_of_another_folder_are_not_found(folder: Folder) -> None:
    folder.start(_SLEEP)
    assert processes.marked(folder.path / "other") == []
    assert processes.running(folder.path, "part-of-another-name") is None


def test_a_child_carries_the_mark_but_only_the_parent_is_the_part(folder: Folder) -> None:
    parent = folder.start(_WITH_CHILD)
    processes.wait_until(lambda: len(processes.marked(folder.path)) == 2, seconds=20, what="child", log=folder.log)
    assert processes.leaders(folder.path) == {"part": parent}


def test_a_child_with_a_session_of_its_own_is_not_the_part_whichever_is_seen_first(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    parent = folder.start(_WITH_LEADING_CHILD)
    processes.wait_until(lambda: len(processes.marked(folder.path)) == 2, seconds=20, what="child", log=folder.log)
    both = processes.marked(folder.path)
    for seen in (both, both[::-1]):  # process numbers begin anew
        monkeypatch.setattr(processes, "marked", Mock(return_value=seen))
        assert processes.leaders(folder.path) == {"part": parent}
    monkeypatch.undo()


def test_a_child_that_outlives_its_part_is_found_but_is_not_taken_for_the_part(folder: Folder) -> None:
    parent = folder.start(_WITH_CHILD)
    processes.wait_until(lambda: len(processes.marked(folder.path)) == 2, seconds=20, what="child", log=folder.log)
    processes.kill([parent])
    assert [part for part, _ in processes.marked(folder.path)] == ["part"]
    assert processes.running(folder.path, "part") is None


def test_a_process_that_ended_is_not_found_though_nobody_has_reaped_it(folder: Folder) -> None:
    process = folder.start("pass")
    deadline = time.monotonic() + 20
    while process.status() != psutil.STATUS_ZOMBIE and time.monotonic() < deadline:
        time.sleep(0.02)
    assert process.status() == psutil.STATUS_ZOMBIE
    assert processes.marked(folder.path) == []


def test_a_part_outlives_the_terminal_it_was_started_from(folder: Folder) -> None:
    process = folder.start(_SLEEP)
    assert os.getsid(process.pid) == process.pid
    assert process.terminal() is None


def test_output_is_appended_to_the_log_in_a_folder_that_only_its_owner_reads(folder: Folder) -> None:
    folder.start("print('first')")
    folder.wait_for_log("first")
    folder.start("import sys; print('second', file=sys.stderr)")
    folder.wait_for_log("second")
    assert folder.log.read_text() == "first\nsecond\n"
    assert folder.log.parent.stat().st_mode & 0o777 == 0o700


def test_a_part_gets_the_environment_that_it_is_given_and_the_mark_only(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("USERS_TOKEN", "secret")
    folder.start("import os; print(sorted(os.environ), flush=True)")
    folder.wait_for_log("]")
    seen = folder.log.read_text()
    assert "USERS_TOKEN" not in seen
    assert processes.MARK in seen
    assert processes.PART in seen


def test_waiting_ends_as_soon_as_the_check_is_true(tmp_path: Path) -> None:
    answers = iter([False, False, True])
    processes.wait_until(lambda: next(answers), seconds=20, what="part", log=tmp_path / "none")
    assert list(answers) == []


def test_a_process_that_ended_is_not_waited_for(folder: Folder) -> None:
    folder.start("print('cannot bind'); raise SystemExit(4)")
    started = time.monotonic()
    with pytest.raises(SandboxError, match=r"(?s)etcd ended with exit code 4\.\n    cannot bind") as caught:
        processes.wait_until(lambda: False, seconds=60, what="etcd", log=folder.log, process=folder.started[0])
    assert time.monotonic() - started < 30
    assert str(folder.log) in str(caught.value)


def test_a_process_that_never_answers_is_given_up_with_its_log(folder: Folder) -> None:
    folder.start(f"print('still thinking', flush=True); {_SLEEP}")
    folder.wait_for_log("thinking")
    with pytest.raises(SandboxError, match=r"(?s)etcd does not answer after 0 s\.\n    still thinking"):
        processes.wait_until(lambda: False, seconds=0.1, what="etcd", log=folder.log, process=folder.started[0])


def test_the_end_of_a_log_is_short_even_when_its_lines_are_not(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_bytes(b"\xff\n" + b"".join(b"%d %s\n" % (number, b"x" * 1_000) for number in range(50)))
    lines = processes.tail(log, lines=3).splitlines()
    assert [line.split()[0] for line in lines] == ["47", "48", "49", f"({log})"]
    assert max(map(len, lines[:3])) <= 304


def test_a_log_that_is_not_there_is_named_all_the_same(tmp_path: Path) -> None:
    assert processes.tail(tmp_path / "none") == f"    ({tmp_path / 'none'})"


def test_a_process_may_end_itself_in_order(folder: Folder) -> None:
    quits = "import signal, sys; signal.signal(signal.SIGTERM, lambda *_: sys.exit(print('goodbye')))"
    process = folder.start(f"{quits}; print('ready', flush=True); {_SLEEP}")
    folder.wait_for_log("ready")
    processes.stop([process], grace=20)
    assert not process.is_running()
    assert "goodbye" in folder.log.read_text()


def test_a_process_that_does_not_want_to_end_is_killed_after_the_grace(folder: Folder) -> None:
    process = folder.start(_STUBBORN)
    folder.wait_for_log("ready")
    processes.stop([process], grace=0.2)
    assert not process.is_running()


def test_killing_what_is_gone_already_is_fine(folder: Folder) -> None:
    process = folder.start("pass")
    folder.started[0].wait()
    processes.kill([process])
    processes.stop([process], grace=1)
    assert processes.marked(folder.path) == []
