"""The stack file stays as committed, whatever pulumi writes into it."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from sandbox.pulumi_command import foreign_passphrase, main, restore, without_salt
from sandbox.state import default_state

BEFORE = "config:\n  monadic-pipeline:target: local  # where it runs\n"
SALT = "encryptionsalt: v1:abc:v1:def\n"
COMMAND = Path(__file__).parents[2] / "sandbox" / "pulumi_command.py"


def test_a_salt_that_the_command_added_goes_and_the_spacing_comes_back() -> None:
    rewritten = SALT + "config:\n  monadic-pipeline:target: local\n"
    assert without_salt(BEFORE, rewritten) == BEFORE


def test_what_the_user_changed_stays() -> None:
    rewritten = SALT + "config:\n  monadic-pipeline:target: aks\n"
    assert without_salt(BEFORE, rewritten) == "config:\n  monadic-pipeline:target: aks\n"


def test_a_salt_that_was_there_before_is_the_users() -> None:
    assert without_salt(SALT + BEFORE, SALT + BEFORE) is None


def test_a_file_with_something_encrypted_keeps_its_salt() -> None:
    assert without_salt(BEFORE, SALT + BEFORE + "  monadic-pipeline:registryPassword:\n    secure: v1:xyz\n") is None


def test_a_file_that_only_held_the_salt_is_removed(tmp_path: Path) -> None:
    made = tmp_path / "Pulumi.new.yaml"
    made.write_text(SALT)
    restore({}, {made: made.read_text()})
    assert not made.exists()


def test_a_file_without_changes_is_not_written(tmp_path: Path) -> None:
    file = tmp_path / "Pulumi.local.yaml"
    file.write_text(BEFORE)
    os.utime(file, (1, 1))
    restore({file: BEFORE}, {file: BEFORE})
    assert file.stat().st_mtime == 1


def test_a_stack_file_that_is_not_utf_8_stops_no_command_and_keeps_its_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "Pulumi.yaml").touch()
    file = tmp_path / "Pulumi.local.yaml"
    file.write_bytes(b"config: {} # \xe9t\xe9\r\n")
    add_salt = f"p = {str(file)!r}; old = open(p, 'rb').read(); open(p, 'wb').write({SALT.encode()!r} + old)"
    assert main([sys.executable, "-c", add_salt]) == 0
    assert file.read_bytes() == b"config: {} # \xe9t\xe9\r\n"


def test_a_stack_file_that_cannot_be_read_is_named_and_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "Pulumi.yaml").touch()
    file = tmp_path / "Pulumi.other.yaml"
    file.mkdir()
    replace = f"import os; os.rmdir({str(file)!r}); open({str(file)!r}, 'w').write({SALT!r})"
    assert main([sys.executable, "-c", replace]) == 0
    assert capsys.readouterr().err == f"{file} cannot be read and stays as it is\n"
    assert file.read_text() == SALT


def test_the_exit_code_is_the_commands() -> None:
    assert main([sys.executable, "-c", "raise SystemExit(7)"]) == 7


OTHER = {"PULUMI_CONFIG_PASSPHRASE_FILE": "/home/me/passphrase"}
TYPE = 'type: eval "$(.venv/bin/python -m sandbox env)"'


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What `sandbox env` sets in a shell, with a passphrase that is there."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    state = default_state()
    state.passphrase.parent.mkdir()
    state.passphrase.write_text("canary-of-the-passphrase")
    return {
        "PULUMI_BACKEND_URL": f"file://{state.pulumi_state}",
        "PULUMI_CONFIG_PASSPHRASE_FILE": str(state.passphrase),
    }


def test_the_shell_of_the_sandbox_has_its_passphrase(shell: dict[str, str]) -> None:
    assert foreign_passphrase(shell) is None


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"PULUMI_CONFIG_PASSPHRASE": "canary"}, "PULUMI_CONFIG_PASSPHRASE is set"),
        ({"PULUMI_CONFIG_PASSPHRASE": ""}, "PULUMI_CONFIG_PASSPHRASE is set"),
        (OTHER, "PULUMI_CONFIG_PASSPHRASE_FILE is /home/me/passphrase"),
        ({"PULUMI_CONFIG_PASSPHRASE_FILE": ""}, "PULUMI_CONFIG_PASSPHRASE_FILE is not set"),
    ],
)
def test_a_passphrase_of_another_place_is_told_with_what_to_type(
    shell: dict[str, str], change: dict[str, str], reason: str
) -> None:
    told = foreign_passphrase(shell | change)
    assert told is not None
    assert reason in told
    assert TYPE in told
    assert "canary" not in told


def test_a_passphrase_that_is_gone_is_named(shell: dict[str, str]) -> None:
    file = Path(shell["PULUMI_CONFIG_PASSPHRASE_FILE"])
    file.unlink()
    assert f"{file} cannot be read" in str(foreign_passphrase(shell))


@pytest.mark.parametrize("backend", ["", "azblob://stacks", "https://api.pulumi.com"])
def test_stacks_that_lie_elsewhere_have_a_passphrase_of_their_own(backend: str) -> None:
    assert foreign_passphrase({"PULUMI_BACKEND_URL": backend, "PULUMI_CONFIG_PASSPHRASE": "x"}) is None


@pytest.mark.parametrize("code", [0, 255])
def test_only_after_a_failure_is_anything_said_of_the_passphrase(
    code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PULUMI_BACKEND_URL", "file:///x")
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "wrong")
    assert main([sys.executable, "-c", f"raise SystemExit({code})"]) == code
    assert (TYPE in capsys.readouterr().err) == (code != 0)


@pytest.mark.parametrize("there", [True, False])
def test_what_plug_ins_leave_in_the_temporary_folder_goes_with_the_command(
    there: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path / ("home" if there else "gone")))
    (tmp_path / "home").mkdir()
    code = (
        "import os, tempfile; name = tempfile.mkstemp('kubeconfig')[1]; "
        "print(name, oct(os.stat(os.path.dirname(name)).st_mode))"
    )
    assert main([sys.executable, "-c", code]) == 0
    name, mode = capfd.readouterr().out.split()
    assert Path(name).parents[1] == (tmp_path / "home" if there else tmp_path)
    assert mode == "0o40700"
    assert not Path(name).parent.exists()


def test_an_interrupt_reaches_the_command_once_and_its_ending_is_waited_for(tmp_path: Path) -> None:
    counter = tmp_path / "interrupts"
    code = (
        "import signal, sys, time\n"
        f"signal.signal(signal.SIGINT, lambda *_: open({str(counter)!r}, 'a').write('x'))\n"
        "print('ready', flush=True)\n"
        "time.sleep(0.7)\n"
    )
    with _start(code) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0
    assert counter.read_text() == "x"


def test_the_command_ends_with_the_process_that_runs_it() -> None:
    with _start("import os, time; print(os.getpid(), flush=True); time.sleep(60)") as process:
        assert process.stdout is not None
        child = int(process.stdout.readline())
        process.kill()
        process.wait()
    deadline = time.monotonic() + 5
    while Path(f"/proc/{child}").exists() and _state(child) != "Z" and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not Path(f"/proc/{child}").exists() or _state(child) == "Z"


def _start(code: str) -> subprocess.Popen[str]:
    words = [sys.executable, str(COMMAND), sys.executable, "-c", code]
    return subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "Z"
