"""How this program says that something is wrong: to a person, and to the caller of a rule."""

import sys
from collections.abc import Generator
from contextlib import contextmanager

import pulumi

USER_WAS_TOLD = 32
"""Exit code after which Pulumi adds nothing of its own (pulumi-language-python/main.go, Run)."""


class ConfigError(pulumi.RunError):
    """A mistake that a person can mend; its text is the whole message.

    It says all there is to say: what is wrong, where (stack file and key), and what to type. Pulumi's language host
    prints a `RunError` without a traceback, whoever raises it.
    """


@contextmanager
def one_message() -> Generator[None]:
    """Ends the program with the text of a ConfigError and nothing else.

    After an uncaught one Pulumi would add that an unhandled error occurred, with an exit code.

    Raises:
        SystemExit: with the code that says that the user was told.
    """
    try:
        yield
    except ConfigError as refusal:
        pulumi.log.error(str(refusal))
        sys.exit(USER_WAS_TOLD)


class InvalidValueError(ValueError):
    """A value that its type does not allow, with the one that was probably meant when it can be guessed."""

    def __init__(self, reason: str, suggestion: str | None = None) -> None:
        super().__init__(reason)
        self.suggestion = suggestion
