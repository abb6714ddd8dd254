"""Runs a Pulumi program inside its own Python: the last step of the language host.

It runs by its path in the project's virtual environment, so it imports nothing but the standard library and
the program's own `pulumi`. What a program sees follows `sdk/python/cmd/pulumi-language-python-exec` of
pulumi/pulumi at 1b594989: the SDK's settings and stack, the user's part of a traceback, exit code 32 once the
user was told.
"""

import argparse
import asyncio
import atexit
import gc
import logging
import os
import runpy
import signal
import sys
import threading
import traceback
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import NoReturn

if sys.path and Path(sys.path[0] or ".").resolve() == Path(__file__).resolve().parent:
    del sys.path[0]  # the folder of this file: its modules are none of the program's business

# An SDK's modules make hundreds of thousands of objects that stay; looking through them again and again for garbage
# takes a fifth of the time that their import does.
gc.set_threshold(100_000, 20, 50)

try:
    import grpc  # comes with the SDK
    import pulumi
    import pulumi.runtime
    from pulumi.runtime import config as stack_config
except ImportError:
    traceback.print_exc()
    print(
        "\nIt looks like the Pulumi SDK has not been installed. Have you run pip install?\n"
        "If you are running in a virtualenv, you must run pip install -r requirements.txt from inside the "
        "virtualenv.",
        file=sys.stderr,
    )
    sys.exit(1)

_USER_WAS_TOLD = 32
_FAILED = 1
_ENDING_SECONDS = 2.0
_RUNPY = ("<frozen runpy>", runpy.__file__)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Execute a Pulumi Python program")
    for option in ("project", "root_directory", "stack", "parallel", "dry_run", "pwd", "monitor", "engine"):
        parser.add_argument(f"--{option}")
    parser.add_argument("--organization")
    parser.add_argument("program")
    parser.add_argument("program_arguments", nargs=argparse.REMAINDER)
    return parser.parse_args()


def _configure(given: argparse.Namespace) -> int:
    """Hand the run over to the SDK; how many resource operations may run at once."""
    stack_config.set_all_config(stack_config.get_config_env(), stack_config.get_config_secret_keys_env())
    parallel = int(given.parallel)
    pulumi.runtime.configure(
        pulumi.runtime.Settings(
            monitor=given.monitor,
            engine=given.engine,
            project=given.project,
            stack=given.stack,
            parallel=parallel,
            dry_run=given.dry_run == "true",
            organization=given.organization,
            root_directory=given.root_directory,
        )
    )
    return parallel


def _run(program: str) -> None:
    try:
        runpy.run_path(program, run_name="__main__")
    except ImportError as error:
        files = [frame.filename for frame in traceback.extract_tb(error.__traceback__)]
        if files[-1] in _RUNPY and all(file in (__file__, *_RUNPY) for file in files):
            where = Path(program).resolve()
            pulumi.log.error(f"unable to find main python program `__main__.py` in `{where}`")
            sys.exit(_USER_WAS_TOLD)
        raise


def _users_traceback(program: str) -> str:
    """The traceback from the program's first own line on: what lies above it is the engine's business."""
    main = Path(program).resolve()
    wanted = main if main.suffix else main / "__main__.py"
    frames = traceback.extract_tb(sys.exc_info()[2])
    for index, frame in enumerate(frames):
        if Path(frame.filename).resolve() == wanted:
            return traceback.format_exc(limit=index - len(frames))
    return traceback.format_exc()


def _tell(message: str) -> None:
    """Tell the user through the engine; one that has ended meanwhile has told the reason itself.

    The official host ends in a traceback here: an engine that stops after a failed resource may be gone before the
    program is.
    """
    with suppress(grpc.RpcError):
        pulumi.log.error(message)


def _end_in_order(loop: asyncio.AbstractEventLoop, program: asyncio.Task[None]) -> None:
    """Let an interrupt cancel the program, and break into it only if it does not end by itself.

    Python's own way breaks in anywhere, also where nobody can catch it, and what it hits complains to the user.
    """

    def cancel(number: int, frame: FrameType | None) -> None:
        _ = number, frame
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second one would only break what ends now
        signal.setitimer(signal.ITIMER_REAL, _ENDING_SECONDS)
        loop.call_soon_threadsafe(program.cancel)

    def break_in(number: int, frame: FrameType | None) -> None:
        _ = number, frame
        raise KeyboardInterrupt

    signal.signal(signal.SIGALRM, break_in)
    signal.signal(signal.SIGINT, cancel)


async def _end_tasks() -> None:
    """Let what was interrupted end in order: a coroutine that is only dropped complains on its way out."""
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks, timeout=_ENDING_SECONDS)


def main() -> int:
    """Run the program; 0, 1, or 32 when the user was told already."""
    given = _arguments()
    parallel = _configure(given)
    sys.argv = [given.program, *given.program_arguments]
    if given.pwd:
        os.chdir(given.pwd)
    # Unfinished futures are what is left of a failed graph, not news for the user.
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    threads = ThreadPoolExecutor(max_workers=max(parallel, 1) * 4)
    loop.set_default_executor(threads)
    program = loop.create_task(pulumi.runtime.run_in_stack(lambda: _run(given.program)))
    _end_in_order(loop, program)
    try:
        loop.run_until_complete(program)
    except pulumi.RunError as error:
        _tell(str(error))
        return _FAILED
    except Exception:  # whatever the user's program raises is shown to its author
        _tell("Program failed with an unhandled exception:\n" + _users_traceback(given.program))
        return _USER_WAS_TOLD
    except (KeyboardInterrupt, asyncio.CancelledError):
        return _USER_WAS_TOLD  # by whoever interrupted: the user, or the engine after an error
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        with suppress(Exception):  # the engine that they talk to may be gone
            loop.run_until_complete(_end_tasks())
        threads.shutdown(wait=True)
        loop.close()
    return 0


def _end(code: int) -> NoReturn:
    """End as Python does, without taking the SDK's objects apart one by one: that takes half a second."""
    # What comes before that in Python's own end (cpython Python/pylifecycle.c, Py_FinalizeEx).
    threading._shutdown()  # pyright: ignore[reportUnknownMemberType, reportAttributeAccessIssue]
    atexit._run_exitfuncs()  # pyright: ignore[reportPrivateUsage]
    for each in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # nobody reads it any more, or the program closed it
            each.flush()
    os._exit(code)


if __name__ == "__main__":
    _end(main())
