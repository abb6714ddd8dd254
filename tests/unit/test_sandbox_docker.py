"""Which docker engine the sandbox uses, and what it leaves there, with a stand-in for the docker client."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from sandbox import docker_engine, machine_images
from sandbox.environment import variables
from sandbox.site import Site
from sandbox.state import Options, State, new_record

ROOTLESS = "unix:///run/user/1000/docker.sock"


@dataclass
class _Machine:
    folder: Path
    state: State

    def docker(self, *cases: str) -> None:
        """A docker that knows these cases of a shell's `case "$*"`, and fails otherwise."""
        file = self.folder / "docker"
        asked = f'echo "$*" >> {self.folder}/asked; echo "$DOCKER_HOST" >> {self.folder}/hosts'
        file.write_text("\n".join(["#!/bin/sh", asked, 'case "$*" in', *cases, "*) exit 1;; esac", ""]))
        file.chmod(0o755)

    def chose(self, context: str) -> None:
        """As after `docker context use`."""
        (self.folder / ".docker").mkdir()
        (self.folder / ".docker/config.json").write_text(json.dumps({"currentContext": context}))

    def asked(self, file: str = "asked") -> list[str]:
        """The command lines that docker was given."""
        path = self.folder / file
        return path.read_text().splitlines() if path.exists() else []


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> _Machine:
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(docker_engine, "SOCKET", tmp_path / "docker.sock")
    for name in ("DOCKER_HOST", "DOCKER_CONFIG", "DOCKER_CONTEXT"):
        monkeypatch.delenv(name, raising=False)
    machine = _Machine(tmp_path, State(tmp_path / "state"))
    machine.docker("nothing) ;;")  # a real docker of this machine must never be met
    return machine


def test_the_engine_of_the_users_context_is_told_to_the_program(machine: _Machine) -> None:
    machine.chose("rootless")
    machine.docker(f'*"context inspect --format {{{{.Endpoints.docker.Host}}}} rootless") echo {ROOTLESS};;')
    assert variables(machine.state)["DOCKER_HOST"] == ROOTLESS


def test_a_context_is_still_found_in_a_shell_that_took_the_sandboxs_variables(
    machine: _Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.chose("colima")
    monkeypatch.setenv("DOCKER_CONFIG", str(machine.state.docker_config))
    machine.docker(f'"--config {machine.folder}/.docker context "*" colima") echo {ROOTLESS};;')
    assert variables(machine.state)["DOCKER_HOST"] == ROOTLESS


def test_the_context_of_the_environment_comes_first(machine: _Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.chose("colima")
    monkeypatch.setenv("DOCKER_CONTEXT", "rootless")
    machine.docker(f'*" rootless") echo {ROOTLESS};;')
    assert variables(machine.state)["DOCKER_HOST"] == ROOTLESS


def test_an_engine_that_docker_finds_by_itself_is_not_asked_about(machine: _Machine) -> None:
    machine.docker("*) echo unix:///wrong;;")
    assert "DOCKER_HOST" not in variables(machine.state)
    machine.chose("default")
    assert "DOCKER_HOST" not in variables(machine.state)
    assert machine.asked() == []


def test_a_host_in_the_environment_comes_before_a_context(machine: _Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.chose("rootless")
    machine.docker("*) echo unix:///wrong;;")
    monkeypatch.setenv("DOCKER_HOST", "tcp://10.0.0.1:2375")
    assert "DOCKER_HOST" not in variables(machine.state)


def test_a_context_that_is_gone_changes_nothing(machine: _Machine) -> None:
    machine.chose("gone")
    assert "DOCKER_HOST" not in variables(machine.state)


def test_the_sandboxs_own_engine_comes_before_a_context(machine: _Machine) -> None:
    machine.chose("rootless")
    docker_engine.SOCKET.touch()
    assert variables(machine.state)["DOCKER_HOST"] == f"unix://{docker_engine.SOCKET}"


def test_the_base_image_goes_to_the_engine_of_the_context_too(machine: _Machine) -> None:
    machine.chose("rootless")
    machine.docker("version*) ;;", f"*context*) echo {ROOTLESS};;")
    site = Site(machine.state, new_record(Options(), "embedded", "for a test", machine.folder), tools={})
    assert docker_engine.up(site) == ROOTLESS


def test_images_of_the_sandboxs_registry_are_removed_and_no_others(machine: _Machine) -> None:
    listed = [
        _image("127.0.0.1:5050/web", "1.0"),
        _image("127.0.0.1:5050/web", "1.0", "sha256:b"),
        _image("127.0.0.1:5050/team/old", "<none>"),
        _image("127.0.0.1:50500/web", "1.0"),
        _image("127.0.0.1:5050", "1.0"),
        _image("python", "3.12"),
        _image("<none>", "<none>"),
    ]
    (machine.folder / "list").write_text("\n".join(listed))
    machine.docker(f"*ls*) cat {machine.folder}/list;;", "*rm*) ;;")
    assert machine_images.remove("127.0.0.1:5050", ROOTLESS) == []
    assert machine.asked()[1:] == ["image rm 127.0.0.1:5050/web:1.0 127.0.0.1:5050/team/old@sha256:a"]
    assert set(machine.asked("hosts")) == {ROOTLESS}


def test_without_such_images_nothing_is_removed(machine: _Machine) -> None:
    (machine.folder / "list").write_text(_image("python", "3.12"))
    machine.docker(f"*ls*) cat {machine.folder}/list;;")
    assert machine_images.remove("127.0.0.1:5050", None) == []


def test_an_image_that_a_container_uses_is_told(machine: _Machine) -> None:
    (machine.folder / "list").write_text(_image("127.0.0.1:5050/web", "1.0"))
    machine.docker(f"*ls*) cat {machine.folder}/list;;", "*rm*) echo 'conflict: a container uses it' >&2; exit 1;;")
    (told,) = machine_images.remove("127.0.0.1:5050", None)
    assert "conflict: a container uses it" in told
    assert "type: docker image ls | grep 127.0.0.1:5050/" in told


def test_the_registry_is_the_one_of_the_sandboxs_record(machine: _Machine) -> None:
    machine.state.write(new_record(Options(registry_port=6000), "embedded", "for a test", machine.folder))
    (machine.folder / "list").write_text("\n".join([_image("127.0.0.1:6000/a", "1"), _image("127.0.0.1:5050/b", "1")]))
    machine.docker("version*) ;;", f"*ls*) cat {machine.folder}/list;;", "*rm*) ;;")
    assert machine_images.remove_all(machine.state) == []
    assert machine.asked()[-1] == "image rm 127.0.0.1:6000/a:1"
    assert "image rm sandbox.local/python:3" in machine.asked()


@pytest.mark.parametrize("record", [None, "{"])
def test_without_a_record_only_the_base_image_goes(machine: _Machine, record: str | None) -> None:
    machine.state.folder.mkdir()
    if record is not None:
        machine.state.record_file.write_text(record)
    machine.docker("version*) ;;", "*rm*) ;;")
    assert machine_images.remove_all(machine.state) == []
    assert machine.asked()[-1] == "image rm sandbox.local/python:3"


def test_an_engine_that_does_not_answer_is_not_asked_for_images(machine: _Machine) -> None:
    assert machine_images.remove_all(machine.state) == []
    assert len(machine.asked()) == 1


def _image(repository: str, tag: str, digest: str = "sha256:a") -> str:
    return json.dumps({"Repository": repository, "Tag": tag, "Digest": digest, "ID": "sha256:c"})
