"""How the Python base image is made from Debian's packages. mmdebstrap and docker are scripts of the test's own."""

import tarfile
from functools import partial
from pathlib import Path

import pytest

from sandbox import base_image
from sandbox.bootstrap_run import run_logged
from sandbox.errors import SandboxError

_OFFLINE = "E: Failed to fetch http://deb.debian.org/debian/dists/bookworm/InRelease  Temporary failure resolving"


class Machine:
    """A PATH with these two commands, and a cache of its own."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.bin = root / "bin"
        self.bin.mkdir()
        self.put("docker", "exit 0")
        tree = root / "tree"
        for name in ("usr/bin/python3", "usr/share/doc/python3/copyright"):
            (tree / name).parent.mkdir(parents=True)
            (tree / name).touch()

    def put(self, name: str, script: str) -> None:
        """A command that notes what it was asked, then runs this script."""
        file = self.bin / name
        file.write_text(f'#!/bin/sh\necho "{name} $*" >> {self.root}/asked\n{script}\n')
        file.chmod(0o755)

    def asked(self, name: str) -> list[str]:
        """Every command line of that command so far."""
        lines = (self.root / "asked").read_text().splitlines()
        return [line for line in lines if line.startswith(f"{name} ")]

    @property
    def images(self) -> Path:
        """Where archives are kept."""
        return self.root / "cache/monadic-pipeline/images"


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    made = Machine(tmp_path)
    monkeypatch.setenv("PATH", f"{made.bin}:/usr/bin:/bin")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(base_image, "run_logged", partial(run_logged, every=0.2))
    return made


def _packing(machine: Machine, *, seconds: float = 0) -> str:
    target = "for target; do :; done"
    speaking = 'case "$*" in *--verbose*) echo Get:1 python3-minimal;; esac'  # without it, nothing comes before the end
    return f"{target}; {speaking}; sleep {seconds}; tar -C {machine.root}/tree -cf $target ./usr"


def test_it_is_made_once_and_then_taken_from_the_users_cache(machine: Machine) -> None:
    machine.put("mmdebstrap", _packing(machine))
    assert base_image.up(None)
    assert base_image.up(None)
    assert len(machine.asked("mmdebstrap")) == 1
    (archive,) = machine.images.iterdir()
    with tarfile.open(archive) as packed:
        names = packed.getnames()
    assert "./usr/bin/python3" in names
    assert "./usr/share/doc" not in names


def test_a_slow_download_shows_signs_of_life_with_what_is_fetched(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    machine.put("mmdebstrap", _packing(machine, seconds=0.7))
    base_image.up(None)
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "making the Python base image"
    assert len([line for line in told if line.endswith("s  Get:1 python3-minimal")]) >= 2


def test_packages_that_cannot_be_fetched_are_named_with_what_to_type(machine: Machine) -> None:
    machine.put("mmdebstrap", f'echo "Ign:1 http://deb.debian.org"; echo "{_OFFLINE}"; exit 25')
    with pytest.raises(SandboxError) as caught:
        base_image.up(None)
    text = str(caught.value)
    assert _OFFLINE in text
    assert "Ign:1" not in text
    assert "the Debian packages python3-minimal, libpython3-stdlib" in text
    assert "export http_proxy=http://PROXY:PORT" in text
    assert list(machine.images.iterdir()) == []


def test_the_command_for_a_mirror_of_ones_own_makes_what_the_next_start_takes(machine: Machine) -> None:
    machine.put("mmdebstrap", "exit 25")
    with pytest.raises(SandboxError) as caught:
        base_image.up(None)
    command = str(caught.value).partition("mirror of your own, type: ")[2].partition(" http://MIRROR/debian")[0]
    assert command.startswith("mmdebstrap --variant=extract ")
    Path(command.split()[-1]).write_bytes(b"")
    assert base_image.up(None)
