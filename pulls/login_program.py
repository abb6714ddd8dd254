"""The program that a kubeconfig names for its login (an exec plug-in), when it does not give one.

The Kubernetes library logs that and goes on as a stranger, whose connection is then refused for another reason.
"""

import logging
import re
import threading
from collections.abc import Generator
from contextlib import contextmanager

from pulls.text.redact import redact

_MISSING = re.compile(r"\[Errno \d+\] [\w ]+: '(?P<program>[^']+)'")
_INSTALL = {
    "kubelogin": "az aks install-cli",
    "aws": "the AWS CLI: https://docs.aws.amazon.com/cli",
    "gke-gcloud-auth-plugin": "gcloud components install gke-gcloud-auth-plugin",
}
"""Program of a cloud's kubeconfig → what to type, or where it is."""
_LONGEST = 300


@contextmanager
def logged_errors() -> Generator[list[str]]:
    """What this thread logs meanwhile with the root logger, which is how that library does it; it is not printed."""
    found: list[str] = []
    me = threading.get_ident()

    def keep(record: logging.LogRecord) -> bool:
        if record.thread != me:
            return True
        found.append(record.getMessage())
        return False

    root, quiet = logging.getLogger(), logging.NullHandler()
    root.addHandler(quiet)  # without any, the first message would add one that prints, for good
    root.addFilter(keep)
    try:
        yield found
    finally:
        root.removeFilter(keep)
        root.removeHandler(quiet)


def no_login(said: str) -> str:
    """What to tell of a login that failed with these words: which program, and what to install."""
    text = " ".join(redact(said).split())[:_LONGEST]
    missing = _MISSING.search(text)
    if missing is None:
        return f"the kubeconfig's login failed: {text}; try what it runs, or make the kubeconfig anew"
    program = missing["program"]
    known = _INSTALL.get(program.rpartition("/")[2])
    how = f"install it ({known})" if known else "install it, or put it on PATH"
    return (
        f"the kubeconfig logs in with the program {program!r}, which cannot be started here: {how}, then try: {program}"
    )
