"""A recording engine: runs a Pulumi program without the CLI, and remembers everything it asked for.

    def program() -> None:
        app = PipelineApp("web", {...}, pulumi.ResourceOptions(provider=...))
        pulumi.export("url", app.url)

    graph = run_program(program)
    deployment = graph.one("kubernetes:apps/v1:Deployment")
    assert deployment.inputs["spec"]["replicas"] == 2
    assert deployment.parent == graph.one("pipeline:index:PipelineApp").urn
    assert graph.exports["url"] == "http://web.localhost"

Pulumi's own mocks show type, name and inputs. This monitor also keeps what else stands in a request: parent,
provider, dependencies, aliases, protection, hooks, and the outputs that components and the stack register.
Each run has a context of its own, so nothing leaks from one test to the next.

What a green test here does not prove: that a provider or a cluster accepts the inputs. Outputs are the inputs
again, plus what `answers` adds; aliases, replacements, hooks and state do nothing.
"""

import asyncio
import contextvars
import threading
from collections.abc import Callable, Mapping
from typing import Any, cast

from google.protobuf import empty_pb2, json_format, struct_pb2
from pulumi.runtime import (
    MockCallArgs,
    MockResourceArgs,
    Mocks,
    Settings,
    configure,
    run_in_stack,
    set_all_config,
)
from pulumi.runtime.mocks import MockMonitor
from pulumi.runtime.proto import engine_pb2, resource_pb2

from tests.graph import STACK_TYPE, Graph, Json, plain, to_json

PROJECT = "monadic-pipeline"
DIGEST = "sha256:" + "a" * 64

Answer = Callable[[Json], Json]
"""From the inputs of a resource, or the arguments of a function, to the outputs to add."""


def pushed_image(inputs: Json) -> Json:
    """Answer as the docker provider does after a push: `repoDigest` is the repository at a fixed digest."""
    repository = str(inputs["imageName"]).rpartition(":")[0]
    return {"repoDigest": f"{repository}@{DIGEST}"}


def stashed(inputs: Json) -> Json:
    """Answer as the engine itself does for a Stash: its first input stays its output."""
    return {"output": inputs["input"]}


ANSWERS: Mapping[str, Answer] = {
    "docker:index/image:Image": pushed_image,
    "pulumi:index:Stash": stashed,
}


class RecordingMocks(Mocks):
    """Answers by resource type or function token; a resource without one echoes its inputs."""

    def __init__(self, answers: Mapping[str, Answer]) -> None:
        self.answers = answers

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, Json]:
        """Id of a resource, and the outputs to add to its inputs."""
        answer = self.answers.get(args.typ)
        inputs = cast("Json", args.inputs)  # pyright: ignore[reportUnknownMemberType]
        return f"{args.name}-id", answer(inputs) if answer else {}

    def call(self, args: MockCallArgs) -> tuple[Json, list[tuple[str, str]] | None]:
        """What a provider function returns; one that no answer was given for is a mistake in the test."""
        arguments = cast("Json", args.args)  # pyright: ignore[reportUnknownMemberType]
        return self.answers[args.token](arguments), None


class RecordingMonitor(MockMonitor):
    """The monitor side of the engine's protocol; requests come in from several threads at once."""

    def __init__(self, mocks: RecordingMocks, graph: Graph) -> None:
        super().__init__(mocks)
        self.recording_mocks = mocks
        self.graph = graph
        self.lock = threading.Lock()

    def RegisterResource(  # noqa: N802 - named by the protocol
        self, request: resource_pb2.RegisterResourceRequest
    ) -> resource_pb2.RegisterResourceResponse:
        """Record a resource and answer with its inputs and what the mocks add."""
        urn = self.make_urn(request.parent, request.type, request.name)
        with self.lock:
            registration = self.graph.add(urn, request)
        if request.type == STACK_TYPE:
            return resource_pb2.RegisterResourceResponse(urn=urn)
        args = MockResourceArgs(request.type, request.name, registration.inputs, request.provider)
        identifier, added = self.recording_mocks.new_resource(args)
        state = _struct({**to_json(request.object), **added})
        return resource_pb2.RegisterResourceResponse(urn=urn, id=identifier or "", object=state)

    def RegisterResourceOutputs(  # noqa: N802 - named by the protocol
        self, request: resource_pb2.RegisterResourceOutputsRequest
    ) -> empty_pb2.Empty:
        """Record the outputs of a component, or the stack's exports."""
        with self.lock:
            self.graph.add_outputs(request.urn, request.outputs)
        return empty_pb2.Empty()

    def Invoke(  # noqa: N802 - named by the protocol
        self, request: resource_pb2.ResourceInvokeRequest
    ) -> resource_pb2.ResourceInvokeResponse:
        """Record a provider function call and answer as the mocks say."""
        arguments = plain(to_json(request.args))
        with self.lock:
            self.graph.calls.append((request.tok, arguments))
        result, _ = self.recording_mocks.call(MockCallArgs(request.tok, arguments, request.provider))
        response: dict[str, Any] = {"return": _struct(result)}
        return resource_pb2.ResourceInvokeResponse(**response)


class RecordingLog:
    """The part of the engine that takes log lines."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    def Log(self, request: engine_pb2.LogRequest) -> empty_pb2.Empty:  # noqa: N802 - named by the protocol
        """Record a line."""
        self.graph.logs.append((request.severity, request.message))
        return empty_pb2.Empty()


class RefusedError(Exception):
    """A program that ended itself as a person should see it: what it said, and its exit code."""

    def __init__(self, text: str, code: object) -> None:
        super().__init__(text)
        self.code = code


def run_program(
    program: Callable[[], object],
    *,
    stack: str = "local",
    project: str = PROJECT,
    config: Mapping[str, str] | None = None,
    secret_keys: tuple[str, ...] = (),
    preview: bool = False,
    answers: Mapping[str, Answer] | None = None,
) -> Graph:
    """Run a program to its end, outputs resolved, in a context of its own.

    Args:
        program: what a `__main__.py` would do: registers resources, exports outputs.
        stack: name that `pulumi.get_stack()` gives.
        project: name that `pulumi.get_project()` gives.
        config: full keys (`project:key`) to values as the engine sends them: objects as JSON text.
        secret_keys: full keys of the values that are secret.
        preview: as in `pulumi preview`: outputs are unknown unless they are inputs or `answers` has them.
        answers: outputs by resource type or function token, added to the inputs. An `up` also has ANSWERS.

    Raises:
        RefusedError: the program ended itself; holds its error lines.
        Whatever else the program raises, also from inside an `apply`.
    """
    graph = Graph()
    mocks = RecordingMocks({**({} if preview else ANSWERS), **(answers or {})})
    monitor = RecordingMonitor(mocks, graph)

    def run() -> None:
        log = RecordingLog(graph)
        configure(Settings(project=project, stack=stack, monitor=monitor, engine=log, dry_run=preview))
        set_all_config(dict(config or {}), list(secret_keys))
        with asyncio.Runner() as runner:
            runner.get_loop().set_exception_handler(_told_already)
            runner.run(_finish(program))

    try:
        contextvars.Context().run(run)
    except SystemExit as end:
        errors = [text for severity, text in graph.logs if severity == engine_pb2.ERROR]
        raise RefusedError("\n".join(errors), end.code) from end
    return graph


def _told_already(_loop: asyncio.AbstractEventLoop, _context: dict[str, Any]) -> None:
    """What failed was raised to the test; nothing tells it again when the garbage of a program is collected.

    That may be in the middle of any later test; and a traceback that Python 3.11 writes while it parses a file
    ends the parsing: "AST constructor recursion depth mismatch", https://github.com/python/cpython/issues/106905.
    """


async def _finish(program: Callable[[], object]) -> None:
    def body() -> None:
        program()

    await run_in_stack(body)


def _struct(values: Json) -> struct_pb2.Struct:
    return json_format.ParseDict(values, struct_pb2.Struct())
