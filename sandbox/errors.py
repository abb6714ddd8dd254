"""The one error that people see: a whole message that says what is wrong and what to type."""

COMMAND = ".venv/bin/python -m sandbox"
"""What people type, in the checkout's folder; `make up` made that Python."""


class SandboxError(Exception):
    """A mistake or a missing thing that a person can mend; its text is the whole message."""
