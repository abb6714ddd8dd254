"""Where this project keeps what every checkout of the user shares. Standard library only."""

import os
from pathlib import Path


def cache_home() -> Path:
    """The user's cache folder of this project (`$XDG_CACHE_HOME`, else `~/.cache`)."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    # The XDG base directory specification: a relative path is invalid and must be ignored.
    return (Path(base) if base.startswith("/") else Path.home() / ".cache") / "monadic-pipeline"
