"""Work beside the event loop."""

import asyncio
import threading

import pytest

from components.background import in_background


def test_what_the_work_returns_comes_back_and_the_loop_goes_on_meanwhile() -> None:
    may_end = threading.Event()

    def work() -> tuple[bool, threading.Thread]:
        return may_end.wait(20), threading.current_thread()

    async def run() -> tuple[bool, threading.Thread]:
        asyncio.get_running_loop().call_soon(may_end.set)
        return await in_background(work)

    ended, thread = asyncio.run(run())
    assert ended
    assert thread is not threading.current_thread()
    assert thread.daemon  # Python waits for no such thread at its end


@pytest.mark.parametrize("error", [ValueError("why"), SystemExit(3)])
def test_what_the_work_raises_comes_back_too(error: BaseException) -> None:
    def work() -> None:
        raise error

    async def run() -> BaseException | None:
        try:
            await in_background(work)
        except (ValueError, SystemExit) as raised:
            return raised
        return None

    assert asyncio.run(run()) is error


def test_nothing_is_a_result() -> None:
    assert asyncio.run(in_background(lambda: None)) is None


def test_work_that_ends_after_nobody_waits_any_more_harms_nobody() -> None:
    may_end, ended = threading.Event(), threading.Event()
    threads: list[threading.Thread] = []

    def work() -> None:
        threads.append(threading.current_thread())
        ended.set()
        may_end.wait(20)

    async def run() -> None:
        waiting = asyncio.ensure_future(in_background(work))
        await asyncio.sleep(0)
        assert ended.wait(20)
        waiting.cancel()

    asyncio.run(run())
    may_end.set()  # the loop is closed by now
    threads[0].join(20)
    assert not threads[0].is_alive()
