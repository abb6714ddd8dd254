"""How this program says that something is wrong: to a person, and to the caller of a rule."""

import pulumi


class ConfigError(pulumi.RunError):
    """A mistake that a person can mend; its text is the whole message.

    Pulumi's language host prints a `RunError` without a traceback and exits non-zero
    (`pulumi-language-python-exec`), so the text says all there is to say: what is wrong, where (stack file
    and key), and what to type.
    """


class InvalidValueError(ValueError):
    """A value that its type does not allow, with the one that was probably meant when it can be guessed."""

    def __init__(self, reason: str, suggestion: str | None = None) -> None:
        super().__init__(reason)
        self.suggestion = suggestion
