"""The Go on this machine: asked for real where there is one, imitated by a script where a certain one is needed."""

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from sandbox.go_install import (
    GoInstall,
    go_environment,
    installed_go,
    missing_go,
    parse_version,
    required_go,
    version_text,
)

_GO = GoInstall((1, 26, 8), "linux/amd64", "1", "https://proxy.example", Path("/cache"), Path("/modules"))


@pytest.fixture
def fake_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An executable `go`, first and only on PATH; the test writes it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    go = folder / "go"
    go.touch(mode=0o755)
    monkeypatch.setenv("PATH", str(folder))
    return go


@pytest.mark.skipif(shutil.which("go") is None, reason="Go is not on PATH")
def test_the_real_go_tells_its_version_and_folders() -> None:
    go = installed_go()
    assert go is not None
    assert go.version >= (1, 18, 0)
    assert go.platform.startswith("linux/")
    assert go.build_cache.is_absolute()
    assert go.module_cache.is_absolute()


def test_what_go_says_is_read_field_by_field(fake_go: Path) -> None:
    values = {
        "GOVERSION": "go1.26.8",
        "GOOS": "linux",
        "GOARCH": "amd64",
        "CGO_ENABLED": "1",
        "GOPROXY": "https://proxy.example",
        "GOCACHE": "/cache",
        "GOMODCACHE": "/modules",
    }
    _script(fake_go, f"echo '{json.dumps(values)}'")
    assert installed_go() == _GO


@pytest.mark.parametrize("body", ["exit 1", "echo not JSON"])
def test_a_go_that_does_not_work_is_as_good_as_none(fake_go: Path, body: str) -> None:
    _script(fake_go, body)
    assert installed_go() is None


def test_a_machine_may_have_no_go(fake_go: Path) -> None:
    fake_go.unlink()
    assert installed_go() is None


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("go1.26.8", (1, 26, 8)),
        ("1.26", (1, 26, 0)),
        ("go1.27rc1", (1, 27, 0)),
        ("go1.26.8 X:boringcrypto", (1, 26, 8)),
        ("devel +abc", (0, 0, 0)),
        ("", (0, 0, 0)),
    ],
)
def test_versions_are_read_as_go_writes_them(text: str, version: tuple[int, int, int]) -> None:
    assert parse_version(text) == version


def test_a_version_is_written_as_people_write_it() -> None:
    assert version_text((1, 26, 6)) == "1.26.6" == replace(_GO, version=(1, 26, 6)).text


def test_the_highest_go_line_of_all_modules_is_what_is_required(tmp_path: Path) -> None:
    lines = ["module a\n\ngo 1.25.6\n", "module b\n\ngo 1.26\n\ntoolchain go1.99.0\n", "module c // go 1.98\n"]
    modules = [tmp_path / str(number) for number in range(len(lines))]
    for module, text in zip(modules, lines, strict=True):
        module.mkdir()
        (module / "go.mod").write_text(text)
    assert required_go(modules) == (1, 26, 0)
    assert required_go(modules[:1]) == (1, 25, 6)
    assert required_go([]) == (0, 0, 0)


@pytest.mark.parametrize("required", [(1, 26, 8), (1, 26, 7), (1, 9, 0), (0, 0, 0)])
def test_a_go_that_is_new_enough_will_do(required: tuple[int, int, int]) -> None:
    assert missing_go(_GO, required) is None


def test_without_go_people_learn_which_to_install_and_where() -> None:
    message = missing_go(None, (1, 26, 6))
    assert message == "Go is not on PATH; install Go 1.26.6 or newer from https://go.dev/dl/"


def test_a_go_that_can_fetch_a_newer_one_by_itself_is_told_so() -> None:
    message = missing_go(replace(_GO, version=(1, 21, 0)), (1, 26, 6))
    assert message is not None
    assert message.startswith("Go 1.21.0 is too old; install Go 1.26.6 or newer")
    assert "set GOTOOLCHAIN=go1.26.6" in message


def test_a_go_from_before_that_is_not_told_what_it_cannot_do() -> None:
    message = missing_go(replace(_GO, version=(1, 20, 14)), (1, 26, 6))
    assert message is not None
    assert message.startswith("Go 1.20.14 is too old; install Go 1.26.6 or newer")
    assert "GOTOOLCHAIN" not in message


def test_nothing_is_downloaded_unasked_but_a_users_choice_of_toolchain_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GOTOOLCHAIN", raising=False)
    assert go_environment()["GOTOOLCHAIN"] == "local"
    monkeypatch.setenv("GOTOOLCHAIN", "go1.26.6")
    assert go_environment()["GOTOOLCHAIN"] == "go1.26.6"


def test_flags_and_workspaces_of_the_user_do_not_change_a_build(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOFLAGS", "-mod=mod -race")
    monkeypatch.setenv("GOWORK", "/the/users/go.work")
    environment = go_environment()
    assert environment["GOFLAGS"] == "-mod=readonly -buildvcs=false"
    assert environment["GOWORK"] == "off"
    assert environment["PATH"] == os.environ["PATH"]


def _script(path: Path, body: str) -> None:
    path.write_text(f"#!/bin/sh\n{body}\n")
