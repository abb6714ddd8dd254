"""What decides how a plug-in in Python is run; `tests/plugins/test_run_plugin.py` runs some."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from pulumi.runtime.proto import analyzer_pb2, language_pb2

from sandbox.engine.pack_stack import after_first_line, variables
from sandbox.engine.plugin_process import command
from sandbox.engine.python_toolchain import ToolchainError, plugin_options, resolve

Answer = language_pb2.RunPluginResponse
PYTHON = Path("/venv/bin/python")


def request(folder: Path, kind: str) -> language_pb2.RunPluginRequest:
    info = language_pb2.ProgramInfo(program_directory=str(folder))
    return language_pb2.RunPluginRequest(info=info, kind=kind, args=["127.0.0.1:1", "--logtostderr"])


def test_a_pack_is_started_by_the_sdk_and_a_provider_by_its_folder(tmp_path: Path) -> None:
    (tmp_path / "__main__.py").touch()
    engine = ["127.0.0.1:1", "--logtostderr"]
    pack = [str(PYTHON), "-u", "-m", "pulumi.policy", *engine, str(tmp_path)]
    assert command(request(tmp_path, "analyzer"), PYTHON) == pack
    assert command(request(tmp_path, "resource"), PYTHON) == [str(PYTHON), str(tmp_path), *engine]


def test_a_folder_without_a_main_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ToolchainError, match=r"has no __main__\.py"):
        command(request(tmp_path, "resource"), PYTHON)


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ({}, {"virtualenv": "venv"}),
        ({"toolchain": "pip"}, {"toolchain": "pip", "virtualenv": "venv"}),
        ({"virtualenv": "../.venv/package"}, {"virtualenv": "../.venv/package"}),
        ({"toolchain": "uv"}, {"toolchain": "uv"}),
    ],
)
def test_a_provider_has_an_environment_of_its_own(given: dict[str, object], used: dict[str, object]) -> None:
    assert plugin_options(given) == used


@pytest.mark.parametrize("file", ["PulumiPolicy.yaml", "PulumiPlugin.yaml"])
def test_a_missing_environment_is_told_with_the_file_that_names_it(tmp_path: Path, file: str) -> None:
    (tmp_path / file).touch()
    with pytest.raises(ToolchainError, match=rf"venv does not exist; {file} \(runtime\.options\.virtualenv\)"):
        resolve(tmp_path, tmp_path, {"virtualenv": "venv"}).python()


def test_a_pack_reads_its_stack_from_the_official_variables() -> None:
    stack = analyzer_pb2.AnalyzerStackConfigureRequest(project="p", stack="live", dry_run=False, config={"p:a": "b"})
    found = variables(stack)
    assert json.loads(found.pop("PULUMI_CONFIG")) == {"p:a": "b"}
    assert found == {"PULUMI_PROJECT": "p", "PULUMI_STACK": "live", "PULUMI_DRY_RUN": "false"}


def split(*answers: Answer) -> tuple[list[bytes], list[Answer]]:
    """The first line, and what is left."""
    taken: list[bytes] = []
    given: Iterator[Answer] = iter(answers)
    return taken, list(after_first_line(given, taken.append))


def test_the_first_line_may_come_in_parts_and_with_what_follows() -> None:
    warning = Answer(stderr=b"w\n")
    taken, rest = split(Answer(stdout=b"12"), warning, Answer(stdout=b"34\nmore\n"), Answer(stdout=b"5\n"))
    assert taken == [b"1234"]
    assert rest == [warning, Answer(stdout=b"more\n"), Answer(stdout=b"5\n")]


def test_a_plug_in_that_ends_before_its_first_line_has_none() -> None:
    broken, code = Answer(stderr=b"broken\n"), Answer(exitcode=1)
    assert split(broken, code) == ([b""], [broken, code])
    assert split(broken) == ([b""], [broken])
    taken: list[bytes] = []
    given = after_first_line(iter([code]), taken.append)
    assert next(given) == code  # and nobody reads on
    assert taken == [b""]
