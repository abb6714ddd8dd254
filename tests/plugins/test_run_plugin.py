"""Plug-ins written in Python under the language host: providers of components, and policy packs.

What this does not prove: that the real engine takes them; `tests/e2e/test_run_plugin.py` does.
"""

import os
import socket
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import cast

import grpc
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import analyzer_pb2, language_pb2

from sandbox.engine import launchers
from tests.e2e.waiting import until
from tests.plugins.engine import Client, plugin, serving
from tests.plugins.policy_pack import PACK

Responses = Iterator[language_pb2.RunPluginResponse]


class Running(Responses):
    """What a call that runs a plug-in gives, and how the engine lets go of it."""

    def cancel(self) -> bool:
        raise NotImplementedError


class Host:
    """A language host, and the folder of a plug-in."""

    def __init__(self, channel: grpc.Channel, folder: Path, process: int) -> None:
        self.channel = channel
        self.folder = folder
        self.process = process
        self.info = language_pb2.ProgramInfo(root_directory=str(folder), program_directory=str(folder), entry_point=".")
        self.info.options.update({"virtualenv": sys.prefix})

    def run(self, program: str | None, kind: str = "resource", **more: object) -> Running:
        """Start a plug-in with this `__main__.py`."""
        if program is not None:
            (self.folder / "__main__.py").write_text(program)
        request = language_pb2.RunPluginRequest(
            pwd=str(self.folder.parent), info=self.info, kind=kind, args=["127.0.0.1:1"], env=["SEEN=yes"]
        )
        for name, value in more.items():
            setattr(request, name, value)
        call = self.channel.unary_stream(
            "/pulumirpc.LanguageRuntime/RunPlugin",
            request_serializer=language_pb2.RunPluginRequest.SerializeToString,
            response_deserializer=language_pb2.RunPluginResponse.FromString,
        )
        return cast("Callable[..., Running]", call)(request, timeout=60)


@pytest.fixture
def host(tmp_path: Path) -> Generator[Host]:
    launchers.install_language_host(tmp_path / "bin", Path(sys.executable))
    folder = tmp_path / "plugin"
    folder.mkdir()
    with (
        serving() as engine,
        plugin(tmp_path / "bin/pulumi-language-python", engine, cwd=folder) as (channel, process),
    ):
        yield Host(channel, folder, process.pid)


def written(answers: Responses, name: str) -> str:
    return b"".join(cast("bytes", getattr(each, name)) for each in answers).decode()


def first_line(answers: Responses) -> str:
    return next(answers).stdout.decode().strip()


def alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"  # one that nobody has waited for yet


def test_a_provider_runs_in_the_programs_folder_with_the_engines_words_and_variables(host: Host) -> None:
    answers = host.run("import os, sys\nprint(os.getcwd(), *sys.argv, os.environ['SEEN'])\n")
    assert written(answers, "stdout").split() == [str(host.folder.parent), str(host.folder), "127.0.0.1:1", "yes"]


def test_both_of_its_outputs_and_its_exit_code_reach_the_engine(host: Host) -> None:
    answers = list(host.run("import sys\nprint('one')\nprint('two', file=sys.stderr)\nsys.exit(3)\n"))
    assert (written(iter(answers), "stdout"), written(iter(answers), "stderr")) == ("one\n", "two\n")
    assert answers[-1].exitcode == 3


def test_a_provider_that_ends_well_has_no_exit_code(host: Host) -> None:
    assert [each for each in host.run("print('done')\n") if each.HasField("exitcode")] == []


def test_a_provider_is_killed_when_the_engine_lets_go_of_it(host: Host) -> None:
    answers = host.run("import os, time\nprint(os.getpid(), flush=True)\ntime.sleep(60)\n")
    process = int(first_line(answers))
    assert alive(process)
    answers.cancel()
    until(lambda: not alive(process), seconds=5)


def test_a_provider_ends_with_its_host(host: Host) -> None:
    answers = host.run("import os, time\nprint(os.getpid(), flush=True)\ntime.sleep(60)\n")
    process = int(first_line(answers))
    os.kill(host.process, 15)
    until(lambda: not alive(process), seconds=5)


def test_a_provider_without_a_virtual_environment_of_its_own_never_gets_the_one_on_path(host: Host) -> None:
    host.info.ClearField("options")
    (host.folder / "PulumiPlugin.yaml").touch()
    with pytest.raises(grpc.RpcError, match=r"plugin/venv does not exist; PulumiPlugin.yaml .*Type: python3 -m venv"):
        list(host.run("print('must not run')\n"))


def test_a_folder_without_a_main_file_is_named(host: Host) -> None:
    with pytest.raises(grpc.RpcError, match=r"the plug-in in \S+plugin has no __main__.py"):
        list(host.run(None))


def test_a_debugger_is_refused(host: Host) -> None:
    with pytest.raises(grpc.RpcError, match="attaches no debugger to a plug-in; install the official Pulumi"):
        list(host.run("", attach_debugger=True))


def pack(host: Host, program: str = PACK) -> tuple[Running, Client]:
    """A policy pack, and the engine's way to it."""
    answers = host.run(program, kind="analyzer")
    return answers, Client(grpc.insecure_channel(f"127.0.0.1:{int(first_line(answers))}"), "Analyzer")


def configure(asked: Client) -> None:
    asked.ask("Handshake", analyzer_pb2.AnalyzerHandshakeResponse, analyzer_pb2.AnalyzerHandshakeRequest())
    stack = analyzer_pb2.AnalyzerStackConfigureRequest(
        project="p", stack="live", organization="o", dry_run=True, config={"p:word": "hello"}
    )
    asked.ask("ConfigureStack", analyzer_pb2.AnalyzerStackConfigureResponse, stack)


def info(asked: Client) -> str:
    return asked.ask("GetAnalyzerInfo", analyzer_pb2.AnalyzerInfo, empty_pb2.Empty()).name


def test_a_policy_pack_knows_its_stack_and_the_stacks_configuration(host: Host) -> None:
    answers, asked = pack(host)
    configure(asked)
    assert info(asked) == "p live hello True live"
    assert first_line(answers) == "beside the port"


def test_a_policy_pack_runs_in_its_own_folder(host: Host) -> None:
    answers, asked = pack(host, "import os\nprint(1)\nprint(os.getcwd())\n")
    configure(asked)
    assert written(answers, "stdout") == f"{host.folder}\n"


def test_a_policy_pack_that_is_asked_without_a_stack_has_none(host: Host) -> None:
    _, asked = pack(host)
    assert info(asked) == "project stack None False "


def test_what_a_policy_pack_refuses_reaches_the_engine_as_it_was_said(host: Host) -> None:
    _, asked = pack(host)
    configure(asked)
    with pytest.raises(grpc.RpcError, match="not this one") as caught:
        asked.ask("Analyze", analyzer_pb2.AnalyzeResponse, analyzer_pb2.AnalyzeRequest(type="refused"))
    assert cast("grpc.Call", caught.value).code() is grpc.StatusCode.INVALID_ARGUMENT


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        ("raise ValueError('broken')\n", "it ended"),
        ("print('hello')\n", "its first line must be the port that it serves on, not 'hello'"),
    ],
)
def test_a_policy_pack_that_does_not_start_is_told_at_the_first_question(host: Host, program: str, reason: str) -> None:
    answers, asked = pack(host, program)
    configure(asked)
    list(answers)  # to its end: the engine may ask before or after
    with pytest.raises(grpc.RpcError, match=f"the policy pack does not run: {reason}"):
        info(asked)


def test_a_broken_policy_pack_shows_its_traceback_and_its_exit_code(host: Host) -> None:
    answers, asked = pack(host, "raise ValueError('broken')\n")
    configure(asked)
    shown = list(answers)
    assert "ValueError: broken" in written(iter(shown), "stderr")
    assert shown[-1].exitcode == 1


def test_a_policy_pack_that_was_never_asked_anything_leaves_nothing_behind(host: Host) -> None:
    answers = host.run(PACK, kind="analyzer")
    port = int(first_line(answers))
    answers.cancel()
    until(lambda: not listens(port), seconds=5)


def listens(port: int) -> bool:
    with suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False
