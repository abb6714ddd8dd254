"""For which stack a policy pack runs: told to it by variables, before it starts.

A pack reads its stack from variables (`pulumi.get_stack()`, `pulumi.Config`), and the engine tells it by a call
(`ConfigureStack`) to a plug-in that runs already. So the engine speaks to a stand-in: it takes that call, the pack is
started, and every other call is handed on as it came. Follows `sdk/policy_proxy.go` of pulumi/pulumi at 1b594989.
"""

import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import NoReturn, cast

import grpc
from pulumi.runtime.proto import analyzer_pb2, language_pb2

from sandbox.engine.serving import CHANNEL_OPTIONS

_SERVICE = "/pulumirpc.Analyzer/"
_CONFIGURE_STACK = f"{_SERVICE}ConfigureStack"
_THREADS = 64  # each waits for an answer of the pack

_REASON_SECONDS = 5.0
"""The engine's first question comes when it comes, maybe after the end of a pack that broke at once."""

_Call = Callable[[bytes, grpc.ServicerContext], bytes]
_Method = Callable[[bytes], bytes]


class PackStack(grpc.GenericRpcHandler):
    """The stand-in of one policy pack; a context manager that serves on `port`."""

    port: int

    def __init__(self, context: grpc.ServicerContext) -> None:
        self._stack: bytes | None = None
        self._told = threading.Event()
        self._pack: Future[grpc.Channel] = Future()
        self._gone = not context.add_callback(self._let_go)

    def __enter__(self) -> "PackStack":
        """Start to serve."""
        self._server = grpc.server(ThreadPoolExecutor(_THREADS), [self], options=CHANNEL_OPTIONS)
        self.port = self._server.add_insecure_port("127.0.0.1:0")
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Serve no more; whoever waits for an answer gets none. Of a pack that never ran, the reason is still told."""
        if not self._pack.done() or self._pack.exception() is None:
            self._server.stop(None)
            return
        last = threading.Timer(_REASON_SECONDS, self._server.stop, (None,))
        last.daemon = True
        last.start()

    def variables(self) -> dict[str, str] | None:
        """The variables for the pack, once the engine has said which stack it is, or asks without that.

        None when the engine has let go of the pack.
        """
        if not self._gone:
            self._told.wait()
        if self._gone:
            return None
        if self._stack is None:
            return {}
        return variables(analyzer_pb2.AnalyzerStackConfigureRequest.FromString(self._stack))

    def attach(self, line: bytes) -> None:
        """Hand the engine's calls on to the pack that serves on the port in this line, its first one."""
        try:
            port = int(line)
        except ValueError:
            said = line.decode(errors="replace").strip()
            self._fail(f"its first line must be the port that it serves on, not {said!r}" if said else "it ended")
            return
        channel = grpc.insecure_channel(f"127.0.0.1:{port}", options=CHANNEL_OPTIONS)
        try:
            if self._stack is not None:
                _method(channel, _CONFIGURE_STACK)(self._stack)
        except grpc.RpcError as error:
            status = cast("grpc.Call", error)
            if status.code() is not grpc.StatusCode.UNIMPLEMENTED:  # packs of an older SDK
                self._fail(f"it does not take its stack: {status.details()}")
                return
        if not self._pack.done():
            self._pack.set_result(channel)

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> "grpc.RpcMethodHandler[bytes, bytes] | None":
        """What answers a call: of every method bytes are taken and given."""
        method = handler_call_details.method
        if not method.startswith(_SERVICE):
            return None
        own: dict[str, _Call] = {f"{_SERVICE}Handshake": _empty, _CONFIGURE_STACK: self._configure}
        return grpc.unary_unary_rpc_method_handler(own.get(method, partial(self._hand_on, method)))

    def _configure(self, request: bytes, context: grpc.ServicerContext) -> bytes:
        _ = context
        self._stack = request
        self._told.set()
        return b""

    def _hand_on(self, method: str, request: bytes, context: grpc.ServicerContext) -> bytes:
        self._told.set()  # `pulumi policy publish` asks without a stack
        try:
            return _method(self._pack.result(), method)(request)
        except _PackError as error:
            _abort(context, grpc.StatusCode.UNKNOWN, f"the policy pack does not run: {error}")
        except grpc.RpcError as error:
            status = cast("grpc.Call", error)
            _abort(context, status.code(), status.details() or "")

    def _fail(self, reason: str) -> None:
        if not self._pack.done():
            self._pack.set_exception(_PackError(reason))

    def _let_go(self) -> None:
        self._gone = True
        self._told.set()


class _PackError(Exception):
    """The pack cannot be asked."""


def variables(stack: analyzer_pb2.AnalyzerStackConfigureRequest) -> dict[str, str]:
    """What the SDK's `pulumi.policy` reads of its stack."""
    given = {
        "PULUMI_ORGANIZATION": stack.organization,
        "PULUMI_PROJECT": stack.project,
        "PULUMI_STACK": stack.stack,
        "PULUMI_DRY_RUN": "true" if stack.dry_run else "false",
        "PULUMI_CONFIG": json.dumps(dict(stack.config)),
    }
    return {name: value for name, value in given.items() if value}


def after_first_line(
    answers: Iterator[language_pb2.RunPluginResponse], take: Callable[[bytes], None]
) -> Iterator[language_pb2.RunPluginResponse]:
    """What a plug-in writes, without the first line of its standard output: `take` gets it, empty if there is none."""
    head: bytes | None = b""
    for answer in answers:
        if head is not None and answer.HasField("exitcode"):  # the last answer: nobody may read on after it
            take(head)
            head = None
        if head is None or not answer.HasField("stdout"):
            yield answer
            continue
        head += answer.stdout
        line, found, rest = head.partition(b"\n")
        if found:
            head = None
            take(line)
            if rest:
                yield language_pb2.RunPluginResponse(stdout=rest)
    if head is not None:
        take(head)


def _empty(request: bytes, context: grpc.ServicerContext) -> bytes:
    _ = request, context
    return b""


def _method(channel: grpc.Channel, method: str) -> _Method:
    return cast("_Method", channel.unary_unary(method))


def _abort(context: grpc.ServicerContext, code: grpc.StatusCode, details: str) -> NoReturn:
    context.abort(code, details)
    raise AssertionError(details)  # abort raises: this line tells the type checker
