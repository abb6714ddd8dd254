"""Plug-ins that are written in Python, as processes: policy packs and providers of components.

Follows `RunPlugin` of `sdk/python/cmd/pulumi-language-python/main.go` (pulumi/pulumi at 1b594989): command line, folder
and variables, and a kill when the engine lets go of the call. Not here, and said so: plug-ins without a `__main__.py`
(`pulumi.run.plugin`).
"""

import subprocess
import threading
from collections.abc import Iterator, Mapping
from io import FileIO
from pathlib import Path
from queue import SimpleQueue
from typing import Literal, cast

import grpc
from pulumi.runtime.proto import language_pb2

from sandbox.engine.pack_stack import PackStack, after_first_line
from sandbox.engine.python_toolchain import ToolchainError

POLICY_PACK = "analyzer"
"""The engine's word for the kind of plug-in that a policy pack is (`apitype.AnalyzerPlugin`)."""

Chunk = tuple[Literal["stdout", "stderr"], bytes]


def run_plugin(
    request: language_pb2.RunPluginRequest,
    *,
    python: Path,
    environment: Mapping[str, str],
    context: grpc.ServicerContext,
) -> Iterator[language_pb2.RunPluginResponse]:
    """Run a plug-in until it ends or the engine lets go of it; yields what it writes, and then how it ended.

    Raises:
        ToolchainError: there is nothing to run; the text is the whole message.
    """
    words = command(request, python)
    if request.kind != POLICY_PACK:
        yield from _process(request, words, environment, context)
        return
    with PackStack(context) as pack:
        yield language_pb2.RunPluginResponse(stdout=f"{pack.port}\n".encode())
        variables = pack.variables()
        if variables is None:  # the engine has gone before it said anything
            return
        yield from after_first_line(_process(request, words, {**environment, **variables}, context), pack.attach)


def _process(
    request: language_pb2.RunPluginRequest,
    words: list[str],
    environment: Mapping[str, str],
    context: grpc.ServicerContext,
) -> Iterator[language_pb2.RunPluginResponse]:
    process = subprocess.Popen(
        words,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
        # Packs have always run in their own folder, providers in the program's.
        cwd=request.info.program_directory if request.kind == POLICY_PACK else request.pwd,
        env={**environment, **_variables(request)},
    )
    try:
        # At the end of the host, too: it lets go of every call.
        if not context.add_callback(process.kill):
            process.kill()
        for name, chunk in _output(process):
            yield (
                language_pb2.RunPluginResponse(stdout=chunk)
                if name == "stdout"
                else language_pb2.RunPluginResponse(stderr=chunk)
            )
        code = process.wait()
        if code:  # without one, the end of the stream says that all is well
            yield language_pb2.RunPluginResponse(exitcode=max(code, -1))
    finally:  # also when nobody reads on
        process.kill()
        process.wait()


def command(request: language_pb2.RunPluginRequest, python: Path) -> list[str]:
    """The command line of a plug-in.

    Raises:
        ToolchainError: its folder has no `__main__.py`.
    """
    folder = Path(request.info.program_directory)
    if not (folder / "__main__.py").is_file():
        message = f"the plug-in in {folder} has no __main__.py, and the sandbox's Python language host runs no other"
        raise ToolchainError(message)
    if request.kind == POLICY_PACK:
        return [str(python), "-u", "-m", "pulumi.policy", *request.args, str(folder)]
    return [str(python), str(folder), *request.args]


def _variables(request: language_pb2.RunPluginRequest) -> dict[str, str]:
    """The engine's own variables; of one that stands twice, the last counts."""
    return dict(each.split("=", 1) for each in request.env if "=" in each)


def _output(process: subprocess.Popen[bytes]) -> Iterator[Chunk]:
    """What a process writes, as it comes, until both of its ends are closed."""
    arrived: SimpleQueue[Chunk | None] = SimpleQueue()

    def read(name: Literal["stdout", "stderr"], pipe: FileIO) -> None:
        with pipe:
            while chunk := pipe.read(65_536):
                arrived.put((name, chunk))
        arrived.put(None)

    names: tuple[Literal["stdout"], Literal["stderr"]] = ("stdout", "stderr")
    for name in names:
        pipe = cast("FileIO", getattr(process, name))
        threading.Thread(target=read, args=(name, pipe), daemon=True).start()
    still_open = len(names)
    while still_open:
        chunk = arrived.get()
        if chunk is None:
            still_open -= 1
        else:
            yield chunk
