"""Whether the engine's disk has room for a build, found out before the build."""

import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

import pytest

from components import docker_room
from components.docker_room import SPARE, check_room
from components.errors import ConfigError, InvalidValueError
from components.image_source import image_source
from components.settings_models import ImageSettings
from components.stack_file import StackFile
from tests.unit.engines import OK, engine


@pytest.fixture
def short() -> Iterator[Path]:
    with TemporaryDirectory() as name:
        yield Path(name)


def info(document: object) -> bytes:
    body = json.dumps(document).encode()
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)


def free(monkeypatch: pytest.MonkeyPatch, size: int) -> list[str]:
    """Give each disk that many free bytes; lists the folders that were asked for."""
    asked: list[str] = []

    def usage(folder: str | Path) -> SimpleNamespace:
        asked.append(str(folder))
        return SimpleNamespace(free=size)

    monkeypatch.setattr(docker_room.shutil, "disk_usage", usage)
    return asked


def test_a_disk_without_room_is_refused_with_what_is_needed_and_free(
    short: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = free(monkeypatch, 300 * 2**20)
    with engine(short / "s", info({"DockerRootDir": "/data/docker"})), pytest.raises(InvalidValueError) as caught:
        check_room(str(short / "s"), 2**29)
    assert asked == ["/data/docker"]
    assert str(caught.value) == "needs 1.5 GiB on the disk of docker's /data/docker, and 300.0 MiB are free"
    assert caught.value.suggestion is not None
    assert caught.value.suggestion.startswith("docker system prune")


def test_a_disk_with_just_enough_passes(short: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = free(monkeypatch, 100 + SPARE)
    with engine(short / "s", info({"DockerRootDir": "/data/docker"})):
        check_room(str(short / "s"), 100)
    assert asked == ["/data/docker"]


@pytest.mark.parametrize("document", [{}, [], "x", {"DockerRootDir": 3}, {"DockerRootDir": ""}])
def test_an_engine_that_does_not_say_where_its_images_are_is_not_judged(document: object, short: Path) -> None:
    with engine(short / "s", info(document)):
        check_room(str(short / "s"), 2**60)


def test_a_folder_of_another_machine_is_not_judged(short: Path) -> None:
    for folder in ("/nowhere/docker", "/a\0b"):
        with engine(short / "s", info({"DockerRootDir": folder})):
            check_room(str(short / "s"), 2**60)
        (short / "s").unlink()


def test_an_engine_elsewhere_is_not_asked() -> None:
    check_room(None, 2**60)


def test_an_engine_that_is_gone_meanwhile_is_not_judged(short: Path) -> None:
    check_room(str(short / "s"), 2**60)


def test_no_room_is_refused_before_anything_is_staged_and_old_content_is_not_asked_about(
    short: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (short / "webapi").mkdir()
    (short / "webapi" / "Dockerfile").write_text("FROM scratch\n")
    image, stack = ImageSettings(repository="web", context="webapi"), StackFile("local")
    monkeypatch.setenv("DOCKER_HOST", f"unix://{short}/s")
    said = info({"DockerRootDir": str(short)})
    with monkeypatch.context() as full:
        free(full, 1)
        with engine(short / "s", OK, said), pytest.raises(ConfigError, match=r"image\.context: webapi: needs 1\.0 GiB"):
            image_source(image, stack, short)
        assert not (short / ".build").exists()
        (short / "s").unlink()
    with engine(short / "s", OK, said):
        staged = image_source(image, stack, short)
    (short / "s").unlink()
    free(monkeypatch, 1)
    with engine(short / "s", OK):
        assert image_source(image, stack, short) == staged
