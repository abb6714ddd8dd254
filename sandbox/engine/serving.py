"""How a plug-in lives: it serves gRPC on a free loopback port, prints the port, and ends with the engine.

The contract is the engine's (`sdk/go/common/resource/plugin/plugin.go`): the engine's address is the first
argument, the first line on standard output is the port, everything after it belongs to the user.
"""

import os
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import FrameType
from typing import NoReturn

import grpc

MESSAGE_BYTES = 400 * 1024 * 1024
"""The engine's own limit for one message (`sdk/go/common/util/rpcutil`): large stacks pass whole states."""

CHANNEL_OPTIONS = [
    ("grpc.max_receive_message_length", MESSAGE_BYTES),
    ("grpc.max_send_message_length", MESSAGE_BYTES),
]
_THREADS = 64  # calls wait for builds and for the program: a waiting call must not hold up the others
_PARENT_CHECK_SECONDS = 1.0


def serve(register: Callable[[grpc.Server], None], at_end: Callable[[], None]) -> None:
    """Serve until SIGINT or SIGTERM comes or the engine is gone; never returns.

    The engine interrupts its plug-ins at its own end, so an interrupt is the normal way out and says nothing.
    `at_end` ends what the plug-in started.
    """
    engine = os.getppid()
    server = grpc.server(ThreadPoolExecutor(max_workers=_THREADS), options=CHANNEL_OPTIONS)
    register(server)
    port: int = server.add_insecure_port("127.0.0.1:0")
    server.start()
    ending = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        _ = number, frame
        ending.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    print(port, flush=True)
    while not ending.wait(_PARENT_CHECK_SECONDS) and os.getppid() == engine:
        pass
    at_end()
    server.stop(grace=1.0).wait(2.0)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)  # threads that still wait for a call must not keep the process


def abort(context: grpc.ServicerContext, message: str) -> NoReturn:
    """End a call with a message that the engine shows as it is."""
    context.abort(grpc.StatusCode.UNKNOWN, message)
    raise AssertionError(message)  # abort raises: this line tells the type checker
