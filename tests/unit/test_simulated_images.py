"""The simulated services' images, as far as they need no docker engine."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sandbox import base_image, docker_engine, registry
from sandbox.services import __main__ as command
from sandbox.services import images
from sandbox.site import Site
from sandbox.state import Options, Record, State

DIGEST = "sha256:" + "1" * 64


@pytest.mark.parametrize("name", images.NAMES)
def test_each_image_is_the_base_and_its_program_run_by_a_number(name: str) -> None:
    lines = images.dockerfile(name).splitlines()
    assert lines[0] == f"FROM {base_image.NAME}"
    assert any(line.startswith(f"COPY serving.py {name}.py ") for line in lines)
    assert "USER 1000:1000" in lines
    assert lines[-1] == f'ENTRYPOINT ["python3", "-m", "sandbox.services.stand_ins.{name}"]'
    assert not [line for line in lines if line.startswith("RUN")]  # the base may have no shell


class Engine:
    """A docker client that remembers what was asked, and knows the digests of what was pushed."""

    def __init__(self) -> None:
        self.asked: list[Sequence[str]] = []
        self.built: dict[str, set[str]] = {}

    def run(self, *words: str, host: str | None) -> str:
        assert host == "unix:///engine"
        self.asked.append(words)
        if "build" in words:
            self.built[words[words.index("--tag") + 1]] = {file.name for file in Path(words[-1]).iterdir()}
        return f'["{words[-1].rpartition(":")[0]}@{DIGEST}"]' if "inspect" in words else ""


@pytest.fixture
def site(tmp_path: Path) -> Site:
    since = datetime.now(UTC)
    record = Record(
        checkout=tmp_path, user="me", since=since, options=Options(), cluster="embedded", cluster_reason="it is"
    )
    return Site(State(tmp_path), record, {})


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Engine:
    made = Engine()

    def up(*_: object) -> str:
        return "unix:///engine"

    monkeypatch.setattr(docker_engine, "up", up)
    monkeypatch.setattr(base_image, "up", up)
    monkeypatch.setattr(images, "run_docker", made.run)
    return made


def has(monkeypatch: pytest.MonkeyPatch, *, there: bool) -> None:
    def has_tag(*_: object) -> bool:
        return there

    monkeypatch.setattr(registry, "has_tag", has_tag)


def test_what_the_registry_has_not_is_built_and_pushed(
    site: Site, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    has(monkeypatch, there=False)
    assert images.up(site) == {
        name: f"127.0.0.1:5050/sandbox/{name}-simulated@{DIGEST}" for name in ("ollama", "qdrant", "jaeger")
    }
    tag = next(iter(engine.built))
    assert re.fullmatch(r"127\.0\.0\.1:5050/sandbox/ollama-simulated:[0-9a-f]{16}", tag)
    assert engine.built[tag] == {"Dockerfile", "serving.py", "ollama.py"}
    assert {"jaeger.py", "otlp.py", "serving.py"} < next(each for tag, each in engine.built.items() if "jaeger" in tag)
    assert len([each for each in engine.asked if "push" in each]) == 3


def test_what_is_there_is_neither_built_nor_pushed(site: Site, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    has(monkeypatch, there=True)
    images.up(site)
    assert [each for each in engine.asked if "build" in each or "push" in each] == []


def test_without_a_sandbox_it_says_what_to_type(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "default_state", lambda: State(tmp_path))
    assert command.main() == 1
    assert capsys.readouterr().err == "error: no sandbox runs here; type: .venv/bin/python -m sandbox up\n"


def test_it_prints_what_points_the_stack_to_them(
    site: Site, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    site.state.write(site.record)

    def up(_: Site) -> dict[str, Any]:
        return {name: f"r/{name}@{DIGEST}" for name in images.NAMES}

    monkeypatch.setattr(command, "default_state", lambda: site.state)
    monkeypatch.setattr(images, "up", up)
    assert command.main() == 0
    lines = capsys.readouterr().out.splitlines()
    assert f"pulumi config set --path services.vectors.image r/qdrant@{DIGEST} -s local" in lines
    assert "pulumi config set --path services.llm.mode in-cluster -s local" in lines
