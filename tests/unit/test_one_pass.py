"""Two checks at once, and their objections in one message."""

import threading
from collections.abc import Callable
from contextvars import ContextVar

import pytest

from components.errors import ConfigError
from components.one_pass import both
from components.stack_file import Problem, StackFile

STACK = StackFile("local")


def refusing(error: Exception) -> Callable[[], object]:
    def check() -> object:
        raise error

    return check


def mistake(key: str) -> ConfigError:
    return STACK.refusal([Problem((key,), "is wrong", ("mend it",))])


def refusal(first: Callable[[], object], second: Callable[[], object]) -> str:
    with pytest.raises(ConfigError) as caught:
        both(STACK, first, second)
    return str(caught.value)


def test_both_give_what_they_give_also_nothing() -> None:
    assert both(STACK, lambda: 1, lambda: None) == (1, None)


def test_they_run_at_the_same_time() -> None:
    meeting = threading.Barrier(2, timeout=10)
    assert both(STACK, meeting.wait, meeting.wait) in ((0, 1), (1, 0))


def test_one_refusal_stays_as_it_is() -> None:
    for text in (str(mistake("a")), "docker: none"):
        assert refusal(refusing(ConfigError(text)), lambda: 1) == text
        assert refusal(lambda: 1, refusing(ConfigError(text))) == text


def test_mistakes_of_both_are_counted_together_before_what_is_not_in_the_file() -> None:
    each = "  {}: is wrong\n      mend it"
    counted = ["Pulumi.local.yaml: 2 mistakes, nothing was changed", each.format("a"), each.format("b")]
    assert refusal(refusing(mistake("a")), refusing(mistake("b"))) == "\n\n".join(counted)
    mixed = refusal(refusing(ConfigError("docker: none")), refusing(mistake("b")))
    assert mixed == f"{mistake('b')}\n\ndocker: none"


def test_a_bug_is_no_refusal() -> None:
    with pytest.raises(ZeroDivisionError):
        both(STACK, lambda: 1, refusing(ZeroDivisionError()))


def test_the_second_check_sees_the_same_context_as_the_first() -> None:
    # Pulumi's configuration stands there.
    place: ContextVar[str] = ContextVar("place", default="elsewhere")
    place.set("here")
    assert both(STACK, place.get, place.get) == ("here", "here")
