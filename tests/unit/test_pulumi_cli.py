"""Which pulumi is taken from this machine. The commands are real executables: scripts that answer like pulumi."""

import http.server
import inspect
import socket
import threading
import time
from collections.abc import Generator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from pulumi.automation import PulumiCommand

from sandbox import pulumi_cli
from sandbox.build_progress import signs_of_life
from sandbox.errors import SandboxError
from sandbox.pulumi_cli import download_answers, install, judge, on_path

_GOOD = 'test "$1" = version && echo v3.274.1'


class Machine:
    """A PATH with one folder, and the folder of tools that were built here."""

    def __init__(self, root: Path) -> None:
        self.bin = root / "bin"
        self.ours = root / "ours"
        self.bin.mkdir()
        self.ours.mkdir()

    def put(self, folder: Path, script: str = _GOOD, *, host: bool = True) -> Path:
        """A pulumi in this folder, with the language host beside it or not."""
        folder.mkdir(exist_ok=True)
        pulumi = folder / "pulumi"
        pulumi.write_text(f"#!/bin/sh\n{script}\n")
        pulumi.chmod(0o755)
        if host:
            (folder / "pulumi-language-python").touch()
        return pulumi


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    machine = Machine(tmp_path)
    monkeypatch.setenv("PATH", str(machine.bin))
    return machine


def test_a_new_enough_pulumi_with_the_language_host_is_taken(machine: Machine) -> None:
    pulumi = machine.put(machine.bin)
    verdict = on_path(machine.ours)
    assert verdict.path == pulumi
    assert verdict.reason == f"{pulumi} (v3.274.1)"


def test_a_link_on_path_is_followed_to_where_the_language_host_is(machine: Machine, tmp_path: Path) -> None:
    pulumi = machine.put(tmp_path / "installed")
    (machine.bin / "pulumi").symlink_to(pulumi)
    assert on_path(machine.ours).path == pulumi


def test_a_machine_may_have_no_pulumi(machine: Machine) -> None:
    assert on_path(machine.ours) == pulumi_cli.PathVerdict(None, "no pulumi on PATH")


def test_the_one_that_was_built_here_is_not_taken_for_somebody_elses(machine: Machine) -> None:
    pulumi = machine.put(machine.ours / "pulumi-0123")
    (machine.bin / "pulumi").symlink_to(pulumi)
    verdict = on_path(machine.ours)
    assert verdict.path is None
    assert "built here" in verdict.reason


@pytest.mark.parametrize("script", ["exit 1", "echo help", "echo v3.x", ":"])
def test_a_pulumi_that_does_not_tell_its_version_is_not_taken(machine: Machine, script: str) -> None:
    machine.put(machine.bin, script)
    verdict = on_path(machine.ours)
    assert verdict.path is None
    assert "does not tell its version" in verdict.reason


def test_a_file_that_cannot_be_run_is_not_taken(machine: Machine) -> None:
    machine.put(machine.bin).write_bytes(b"\x7fELF of another machine")
    assert "does not tell its version" in on_path(machine.ours).reason


def test_without_the_language_host_it_is_not_taken(machine: Machine) -> None:
    machine.put(machine.bin, host=False)
    verdict = on_path(machine.ours)
    assert verdict.path is None
    assert "has no pulumi-language-python beside it" in verdict.reason


def test_asking_for_its_version_does_not_make_it_look_for_updates(machine: Machine) -> None:
    machine.put(machine.bin, 'test "$PULUMI_SKIP_UPDATE_CHECK" = true && echo v3.274.1')
    assert on_path(machine.ours).path is not None


@pytest.mark.parametrize(
    ("version", "will_do"),
    [
        ("v3.244.0", True),
        ("3.244.0", True),
        ("v3.1000.0", True),
        ("v4.0.0", True),
        ("v3.275.0-alpha.1", True),
        ("v3.243.9", False),
        ("v3.99.99", False),
        ("v2.999.0", False),
    ],
)
def test_versions_are_compared_as_numbers(version: str, *, will_do: bool) -> None:
    verdict = judge(Path("/bin/pulumi"), version, has_language_host=True)
    assert (verdict.path is not None) == will_do
    if not will_do:
        assert verdict.reason == f"/bin/pulumi is {version}, and 3.244.0 or newer is needed"


class _Releases(http.server.BaseHTTPRequestHandler):
    """Knows one release, behind a redirect."""

    def do_HEAD(self) -> None:
        moved = self.path == "/pulumi-v3.274.1.tar.gz"
        self.send_response(302 if moved else 200 if self.path == "/there" else 404)
        if moved:
            self.send_header("Location", "/there")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is http.server's
        """Say nothing."""


@pytest.fixture
def releases(monkeypatch: pytest.MonkeyPatch) -> Generator[None]:
    """A host of releases on this machine."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Releases) as server:
        _ask_here(monkeypatch, server.server_port)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield
        server.shutdown()
        thread.join()


@pytest.mark.usefixtures("releases")
def test_a_release_that_is_there_can_be_downloaded_and_another_cannot() -> None:
    assert download_answers("3.274.1")
    assert not download_answers("3.999.0")


def test_a_host_that_cannot_be_reached_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as closed:
        port: int = closed.getsockname()[1]
    _ask_here(monkeypatch, port)
    assert not download_answers("3.274.1")


def test_the_installer_is_given_version_and_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, str] = {}

    def keep(**arguments: object) -> None:
        given.update({name: str(value) for name, value in arguments.items()})

    monkeypatch.setattr(PulumiCommand, "install", keep)
    install("3.274.1", tmp_path)
    assert given == {"root": str(tmp_path), "version": "3.274.1"}


def test_an_installer_that_fails_is_told_with_its_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: object) -> None:
        message = "HTTP Error 403: Forbidden"
        raise OSError(message)

    monkeypatch.setattr(PulumiCommand, "install", fail)
    with pytest.raises(SandboxError, match=r"the official installer of Pulumi 3\.274\.1 failed: HTTP Error 403"):
        install("3.274.1", tmp_path)


def test_a_slow_installer_shows_signs_of_life(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def dawdle(**_: object) -> None:
        time.sleep(0.35)

    monkeypatch.setattr(pulumi_cli, "signs_of_life", partial(signs_of_life, every=0.1))
    monkeypatch.setattr(PulumiCommand, "install", dawdle)
    install("3.274.1", tmp_path)
    told = capsys.readouterr().out.splitlines()
    assert len(told) >= 2
    assert told[0] == "the official installer of Pulumi 3.274.1 downloads and unpacks it … 0 s"
    time.sleep(0.25)
    assert capsys.readouterr().out == ""  # it ends with the installer


def test_a_sign_of_life_comes_before_ten_seconds() -> None:
    assert inspect.signature(signs_of_life).parameters["every"].default <= 6


def _ask_here(monkeypatch: pytest.MonkeyPatch, port: int) -> None:
    monkeypatch.setattr(pulumi_cli, "_RELEASE", f"http://127.0.0.1:{port}/pulumi-v{{version}}.tar.gz")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
