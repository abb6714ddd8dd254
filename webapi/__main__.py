"""Run the web API: `python3 -m webapi`."""

import os
import signal
import sys
import threading
from types import FrameType

from webapi.pages import View
from webapi.server import Server, Traffic
from webapi.services import read_services
from webapi.switches import SwitchError, Switches, read_switches
from webapi.traces import read_tracer, unspoken

_DRAIN = 25.0
"""Seconds that a steady stream of requests may hold the end off; Kubernetes kills after 30."""
_USAGE = 2


def main() -> int:
    """Serve until SIGTERM or SIGINT; the exit code."""
    stop = threading.Event()

    def on_signal(number: int, frame: FrameType | None) -> None:
        del number, frame
        stop.set()

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    try:
        switches = read_switches(os.environ)
    except SwitchError as error:
        return _fail(str(error), _USAGE)
    if switches.crash_at_start is not None:
        return _fail("crashing at start, as WEBAPI_CRASH_AT_START says", switches.crash_at_start)
    if stop.wait(switches.slow_start):
        return 0
    return _serve(switches, stop)


def _serve(switches: Switches, stop: threading.Event) -> int:
    def view(traffic: Traffic) -> View:
        ready = not switches.not_ready and not traffic.draining.is_set()
        return View(switches.build, switches.pod, ready, traffic.answered)

    try:
        server = Server(switches.port, view, read_services(os.environ), read_tracer(os.environ, switches.pod))
    except OSError as error:
        return _fail(f"cannot listen on port {switches.port}: {error.strerror}; set PORT to another", _USAGE)
    _say(f"build {switches.build} listens on port {server.server_port}")
    if why := unspoken(os.environ):
        _say(why)
    # The default poll of 0.5 s would only delay the end.
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    serving.start()
    if not stop.wait(switches.crash_after):
        return _fail("crashing, as WEBAPI_CRASH_AFTER_SECONDS says", 1)
    quiet = server.drain(_DRAIN)
    server.shutdown()
    server.server_close()
    _say("ended" if quiet else f"ended although requests still came after {_DRAIN:.0f} s")
    return 0


def _say(text: str) -> None:
    sys.stderr.write(f"webapi: {text}\n")


def _fail(text: str, code: int) -> int:
    _say(text)
    return code


if __name__ == "__main__":
    sys.exit(main())
