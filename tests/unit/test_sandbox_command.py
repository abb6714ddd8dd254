"""How the sandbox's command line ends when somebody ends it."""

import signal
import subprocess
import sys

from tests.stack_files import ROOT

_PROGRAM = """
import time
from sandbox import __main__ as command

def app():
    try:
        print("working", flush=True)
        time.sleep(30)
    finally:
        print("put away", flush=True)

command.app = app
command.main()
"""


def test_a_command_that_is_ended_puts_away_what_it_started() -> None:
    with subprocess.Popen([sys.executable, "-c", _PROGRAM], stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "working\n"
        process.send_signal(signal.SIGTERM)
        assert process.stdout.read() == "put away\n"
    assert process.returncode == 128 + signal.SIGTERM
