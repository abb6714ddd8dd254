"""Removes a rehearsal's pods when whoever started it is gone: `python -m pulls.rehearsal.reaper`, told by stdin.

A process of its own in a session of its own, as neither Ctrl-C nor a kill of the program may leave a pod behind. Its
standard input ends when its parent does, however that came; a last line `done` says that nothing is left to do.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

DONE = "done"
_TRIES = 10
_AGAIN_SECONDS = (1.0, 2.0, 4.0, 8.0)
"""When it looks again after all was removed: a pod may just be being made when whoever asked for it is killed."""


class Reaper:
    """A reaper that waits; `release` after the pods were removed in the ordinary way.

    Raises:
        OSError: the process cannot be started.
    """

    def __init__(self, kubeconfig: str, context: str | None, namespace: str, mark: str) -> None:
        order = {"kubeconfig": kubeconfig, "context": context, "namespace": namespace, "mark": mark}
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "pulls.rehearsal.reaper"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment,
            text=True,
            start_new_session=True,
        )
        # Through the pipe: neither a command line nor an environment is a place for a kubeconfig.
        self._say(json.dumps(order))

    def release(self) -> None:
        """Let it end without doing anything."""
        # One that is gone, or slow to end, is nobody's trouble.
        with suppress(OSError):
            self._say(DONE)
        with suppress(OSError):
            if self._process.stdin is not None:
                self._process.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(5)

    def _say(self, line: str) -> None:
        if self._process.stdin is not None:
            self._process.stdin.write(f"{line}\n")
            self._process.stdin.flush()


def main() -> None:
    """Wait for the end of standard input, then do what is left to do."""
    lines = sys.stdin.read().splitlines()
    if not lines or lines[-1] == DONE:
        return
    order = json.loads(lines[0])
    failures, looks = 0, 0
    while failures < _TRIES:
        if not _reaped(order):
            failures += 1
            time.sleep(1)
        elif looks == len(_AGAIN_SECONDS):
            return
        else:
            time.sleep(_AGAIN_SECONDS[looks])
            looks += 1


def _reaped(order: Mapping[str, str]) -> bool:
    from pulls.cluster import ClusterError, connect_text  # noqa: PLC0415 - most reapers end without it
    from pulls.rehearsal.removal import remove_pods  # noqa: PLC0415

    try:
        remove_pods(connect_text(order["kubeconfig"], order["context"]), order["namespace"], order["mark"])
    except ClusterError:
        return False
    return True


if __name__ == "__main__":
    main()
