"""What the bootstrap fetches: a sign of life while it lasts, and what to type where it cannot be fetched.

apt-get, uv and pip are executables of the test's own, as this machine's may neither install nor miss anything.
"""

import inspect
import sys
from functools import partial
from pathlib import Path

import pytest

from sandbox import bootstrap_apt, bootstrap_venv
from sandbox.bootstrap_apt import install_packages
from sandbox.bootstrap_run import run_logged
from sandbox.bootstrap_venv import UV_VERSION, ensure_venv
from sandbox.errors import SandboxError

_OFFLINE = "error: Request failed after 3 retries in 7.0s\\n  cause: Failed to fetch: https://pypi.org/simple/pulumi/"


class Machine:
    """A PATH that has a few commands of the test before this machine's, and a cache of its own."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.bin = root / "bin"
        self.bin.mkdir()

    def put(self, name: str, script: str) -> None:
        """A command that notes what it was asked, then runs this script."""
        file = self.bin / name
        file.write_text(f'#!/bin/sh\necho "{name} $*" >> {self.root}/asked\n{script}\n')
        file.chmod(0o755)

    def asked(self) -> list[str]:
        """Every command line so far."""
        return (self.root / "asked").read_text().splitlines()

    def checkout(self) -> Path:
        """A folder with requirements."""
        folder = self.root / "checkout"
        folder.mkdir()
        for name in ("requirements.txt", "requirements-dev.txt"):
            (folder / name).write_text("pulumi==3.0\n")
        return folder


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    made = Machine(tmp_path)
    monkeypatch.setenv("PATH", f"{made.bin}:/usr/bin:/bin")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("DEBIAN_FRONTEND", raising=False)
    monkeypatch.setattr(bootstrap_apt, "_LISTS", tmp_path / "lists")
    (tmp_path / "lists").mkdir()
    for module in (bootstrap_apt, bootstrap_venv):
        monkeypatch.setattr(module, "run_logged", partial(run_logged, every=0.2))
    return made


def test_a_sign_of_life_comes_before_ten_seconds() -> None:
    assert inspect.signature(run_logged).parameters["every"].default <= 6


def test_packages_are_installed_without_questions_after_old_lists_were_renewed(machine: Machine) -> None:
    machine.put("apt-get", 'test "$DEBIAN_FRONTEND" = noninteractive')
    install_packages(["etcd-server", "runc"])
    update, install = machine.asked()
    assert update.endswith(" update")
    assert "--yes" in install
    assert install.endswith(" --no-install-recommends install etcd-server runc")


def test_lists_of_today_are_not_renewed(machine: Machine) -> None:
    machine.put("apt-get", "exit 0")
    (machine.root / "lists" / "mirror_main_binary-amd64_Packages.lz4").touch()
    install_packages(["runc"])
    (install,) = machine.asked()
    assert install.endswith("install runc")


def test_a_slow_apt_shows_signs_of_life(machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    machine.put("apt-get", "echo Get:1 runc; sleep 0.7")
    install_packages(["runc"])
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "apt-get update"
    assert told.count("apt-get install runc") == 1
    assert len([line for line in told if line.endswith("s  Get:1 runc")]) >= 4


def test_packages_that_cannot_be_fetched_are_named_with_what_to_type(machine: Machine) -> None:
    failed = "E: Failed to fetch http://deb.debian.org/x.deb  Temporary failure resolving 'deb.debian.org'"
    machine.put("apt-get", f'case "$*" in *install*) echo "Ign:1"; echo "{failed}"; exit 100;; esac')
    with pytest.raises(SandboxError) as caught:
        install_packages(["etcd-server", "runc"])
    text = str(caught.value)
    assert failed in text
    assert "Ign:1" not in text
    assert "the Debian packages etcd-server runc" in text
    assert "/etc/apt/sources.list.d" in text
    assert """echo 'Acquire::http::Proxy "http://PROXY:PORT";' > /etc/apt/apt.conf.d/""" in text
    assert text.endswith("sudo apt-get update && sudo apt-get install etcd-server runc")


def test_python_packages_that_cannot_be_fetched_are_named_with_what_to_type(machine: Machine) -> None:
    machine.put("uv", f'case "$*" in *install*) printf "{_OFFLINE}\\n"; exit 2;; esac')
    folder = machine.checkout()
    with pytest.raises(SandboxError) as caught:
        ensure_venv(folder)
    text = str(caught.value)
    assert "cause: Failed to fetch: https://pypi.org/simple/pulumi/" in text
    assert "the Python packages of requirements-dev.txt" in text
    assert "export UV_DEFAULT_INDEX=https://INDEX/simple" in text
    assert "export HTTPS_PROXY=http://PROXY:PORT" in text
    assert not (folder / ".venv").exists()


def test_of_many_errors_the_first_ones_are_shown(machine: Machine) -> None:
    machine.put("apt-get", 'for each in 1 2 3 4 5 6 7; do echo "E: error $each"; done; exit 100')
    with pytest.raises(SandboxError) as caught:
        install_packages(["runc"])
    assert [line for line in str(caught.value).splitlines() if "E: " in line] == [
        f"  E: error {n}" for n in range(1, 6)
    ]


def test_a_slow_uv_shows_signs_of_life(machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    machine.put("uv", f'case "$*" in *install*) echo Resolved 90; sleep 0.5; printf "{_OFFLINE}\\n"; exit 2;; esac')
    with pytest.raises(SandboxError):
        ensure_venv(machine.checkout())
    assert "s  Resolved 90" in capsys.readouterr().out


def test_packages_that_were_fetched_and_cannot_be_compiled_are_no_matter_of_the_network(machine: Machine) -> None:
    folder = machine.checkout()
    python = folder / ".venv/bin/python"
    make = f"mkdir -p {python.parent} {folder}/.venv/lib/python3; printf '#!/bin/sh\\necho no room; exit 1' > {python}"
    machine.put("uv", f'case "$*" in venv*) {make}; chmod +x {python};; esac')
    with pytest.raises(SandboxError, match="compiling the Python packages: failed") as caught:
        ensure_venv(folder)
    assert "PROXY" not in str(caught.value)


def test_a_uv_that_cannot_be_fetched_is_told_with_what_to_type(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = machine.bin / "python"
    pip = "printf '#!/bin/sh\\necho ERROR: No matching distribution found for uv; exit 1' > $folder/bin/pip"
    make = f"for folder; do :; done; mkdir -p $folder/bin; {pip}; chmod +x $folder/bin/pip"
    machine.put("python", make)
    monkeypatch.setattr(sys, "executable", str(python))
    with pytest.raises(SandboxError) as caught:
        ensure_venv(machine.checkout())
    text = str(caught.value)
    assert "ERROR: No matching distribution found for uv" in text
    assert f"the files of uv {UV_VERSION}" in text
    assert "export PIP_INDEX_URL=https://INDEX/simple" in text
    assert "export HTTPS_PROXY=http://PROXY:PORT" in text
    assert not (machine.root / "cache/monadic-pipeline" / f"uv-{UV_VERSION}").exists()
