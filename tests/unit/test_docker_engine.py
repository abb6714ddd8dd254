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
from tests.unit.engines import OK, engine

COMMAND = "pulumi config set --path image.digest 'sha256:…' -s local"


@pytest.fixture
def short() -> Iterator[Path]:
    """A folder with a short name: a socket's path has 107 bytes at most."""
    with TemporaryDirectory() as name:
        yield Path(name)


def check(home: Path, **environment: str) -> str | None:
    return check_engine(environment, home, COMMAND)


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
