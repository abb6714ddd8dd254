"""Programs as processes: started with the official command line, ended with the engine.

The command line and the two environment variables with the configuration are those of `constructArguments`
and `constructConfig` in the official language host, so that the SDK reads them by its own rules.
"""

import json
import os
import signal
import subprocess
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import grpc
from pulumi.runtime.proto import language_pb2

_RUNNER = Path(__file__).with_name("program_runner.py")
_GRACE_SECONDS = 5.0  # between the interrupt and the kill, as the official


class ProgramProcesses:
    """The programs that run now: one, except for the tests of a policy or an automation."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[bytes]] = set()

    def run(
        self,
        request: language_pb2.RunRequest,
        *,
        python: Path,
        engine: str,
        environment: Mapping[str, str],
        context: grpc.ServicerContext,
    ) -> int:
        """Run a program to its end; its exit code, negative for a signal.

        It inherits standard output and error: the engine reads this process's and shows them to the user.
        """
        process = subprocess.Popen(
            [python, "-u", _RUNNER, *arguments(request, engine)],
            stdin=subprocess.DEVNULL,
            env={**environment, **configuration(request)},
        )
        with self._lock:
            self._running.add(process)
        context.add_callback(lambda: _interrupt(process))
        try:
            return process.wait()
        finally:
            with self._lock:
                self._running.discard(process)

    def interrupt(self) -> None:
        """Ask every program to end; those that do not are killed after five seconds."""
        with self._lock:
            running = list(self._running)
        for process in running:
            _interrupt(process)

    def end(self) -> None:
        """The engine is gone: no program has a use any more."""
        with self._lock:
            running = list(self._running)
        for process in running:
            process.kill()


def _interrupt(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        return
    with suppress(ProcessLookupError):
        process.send_signal(signal.SIGINT)
    killer = threading.Timer(_GRACE_SECONDS, process.kill)
    killer.daemon = True
    killer.start()


def arguments(request: language_pb2.RunRequest, engine: str) -> list[str]:
    """The command line for the runner: options with a value, the entry point, the program's own arguments."""
    options = {
        "monitor": request.monitor_address,
        "engine": engine,
        "project": request.project,
        "root_directory": request.info.root_directory,
        "stack": request.stack,
        "pwd": request.pwd,
        "dry_run": "true" if request.dryRun else "false",
        "parallel": str(request.parallel),
        "organization": request.organization,
    }
    words = [word for name, value in options.items() if value for word in (f"--{name}", value)]
    return [*words, request.info.entry_point or os.curdir, *request.args]


def configuration(request: language_pb2.RunRequest) -> dict[str, str]:
    """The stack's configuration as the SDK reads it from the environment."""
    return {
        "PULUMI_CONFIG": json.dumps(dict(request.config)),
        "PULUMI_CONFIG_SECRET_KEYS": json.dumps(list(request.configSecretKeys)),
    }
