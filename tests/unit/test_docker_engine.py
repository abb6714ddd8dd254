"""Whether a docker engine is there, found out before anything starts."""

import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from components import docker_engine
from components.docker_engine import check_engine
from components.errors import ConfigError
from components.stack_file import StackFile
from tests.unit.engines import OK, engine

COMMAND = "pulumi config set --path image.digest 'sha256:…' -s local"


@pytest.fixture
def short() -> Iterator[Path]:
    """A folder with a short name: a socket's path has 107 bytes at most."""
    with TemporaryDirectory() as name:
        yield Path(name)


def check(home: Path, **environment: str) -> str | None:
    return check_engine(environment, home, StackFile("local"))


def test_an_engine_that_answers_passes(short: Path) -> None:
    with engine(short / "s", OK) as host:
        check(short, DOCKER_HOST=host)


def test_the_engine_of_docker_desktop_is_found(short: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docker_engine, "_DEFAULT", f"unix://{short / 'nowhere'}")
    (short / ".docker/run").mkdir(parents=True)
    with engine(short / ".docker/run/docker.sock", OK):
        assert check(short) == str(short / ".docker/run/docker.sock")


def test_an_engine_behind_ssh_is_not_asked(short: Path) -> None:
    assert check(short, DOCKER_HOST="ssh://nobody@nowhere.invalid") is None


def test_no_engine_is_one_message_with_what_to_type(short: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        check(short, DOCKER_HOST=f"unix://{short}/nowhere")
    message = str(caught.value)
    assert message.startswith(f"docker: no docker engine answers at unix://{short}/nowhere (from DOCKER_HOST)")
    assert "nothing was changed" in message
    assert "sudo systemctl start docker" in message
    assert COMMAND in message


def test_a_socket_that_nobody_serves_is_no_engine(short: Path) -> None:
    with closing(socket.socket(socket.AF_UNIX)) as server:
        server.bind(str(short / "s"))
    with pytest.raises(ConfigError, match="Connection refused"):
        check(short, DOCKER_HOST=f"unix://{short}/s")


def test_an_engine_behind_a_port_has_no_socket(short: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        assert check(short, DOCKER_HOST=f"tcp://127.0.0.1:{server.getsockname()[1]}") is None


def test_a_tcp_port_that_nobody_serves_is_no_engine(short: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        port = server.getsockname()[1]
    with pytest.raises(ConfigError, match=f"tcp://127.0.0.1:{port}"):
        check(short, DOCKER_HOST=f"tcp://127.0.0.1:{port}")


@pytest.mark.parametrize(
    ("host", "reason", "command"),
    [
        ("tcp://127.0.0.1:99999", "Port out of range", "export DOCKER_HOST=unix:///var/run/docker.sock"),
        ("tcp://127.0.0.1:abc", "Port could not be", "export DOCKER_HOST=unix:///var/run/docker.sock"),
        ("tcp://[::1", "Invalid IPv6", "export DOCKER_HOST=unix:///var/run/docker.sock"),
        ("tcp://a..b:1", "label empty or too long", "export DOCKER_HOST=unix:///var/run/docker.sock"),
        (f"http://{'a' * 64}:1", "label", "export DOCKER_HOST=unix:///var/run/docker.sock"),
        ("tcp://", "nothing to connect to is named", "export DOCKER_HOST=unix:///var/run/docker.sock"),
        ("tcp://:2375", "nothing to connect to is named", "export DOCKER_HOST=unix:///var/run/docker.sock"),
        ("unix://", "nothing to connect to is named", "export DOCKER_HOST=unix:///var/run/docker.sock"),
        ("/var/run/x.sock", "it does not start with unix://, tcp://", "export DOCKER_HOST=unix:///var/run/x.sock"),
        ("/a b.sock", "it does not start with unix://, tcp://", "export DOCKER_HOST='unix:///a b.sock'"),
        ("127.0.0.1:2375", "it does not start with", "export DOCKER_HOST=tcp://127.0.0.1:2375"),
        ("tpc://127.0.0.1:2375", "it does not start with", "export DOCKER_HOST=unix:///var/run/docker.sock"),
    ],
)
def test_what_is_no_address_is_one_message_with_what_to_type(short: Path, host: str, reason: str, command: str) -> None:
    with pytest.raises(ConfigError) as caught:
        check(short, DOCKER_HOST=host)
    message = str(caught.value)
    assert message.startswith(f"docker: DOCKER_HOST={host} is no address of a docker engine: ")
    assert reason in message.splitlines()[0]
    assert "nothing was changed" in message.splitlines()[0]
    assert f"      {command}  # or " in message
    assert "      unset DOCKER_HOST" in message
    assert COMMAND in message


def test_an_empty_variable_is_none(short: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docker_engine, "_DEFAULT", f"unix://{short / 'nowhere'}")
    with pytest.raises(ConfigError) as caught:
        check(short, DOCKER_HOST="")
    assert f"no docker engine answers at unix://{short}/nowhere: " in str(caught.value)  # and not: from DOCKER_HOST


def test_a_socket_is_named_by_all_that_follows_its_scheme(short: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(short)
    with engine(short / "a?b#c", OK):
        assert check(short, DOCKER_HOST="unix://a?b#c") == "a?b#c"


def test_missing_permission_says_how_to_get_it(short: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: str) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(docker_engine, "_ping", refuse)
    with pytest.raises(ConfigError) as caught:
        check(short)
    assert "you may not use the docker engine at unix:///var/run/docker.sock" in str(caught.value)
    assert "sudo usermod -aG docker $USER && newgrp docker" in str(caught.value)
    assert "systemctl" not in str(caught.value)


@pytest.mark.parametrize("answer", [b"HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n", b"SSH-2.0-x\r\n"])
def test_something_else_behind_the_socket_is_no_engine(short: Path, answer: bytes) -> None:
    with engine(short / "s", answer) as host, pytest.raises(ConfigError, match="no docker engine answers"):
        check(short, DOCKER_HOST=host)
