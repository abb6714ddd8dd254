"""Starts the pack for the engine, `pulumi preview --policy-pack policies`, and ends with it.

Pulumi runs this file by its folder (pulumi/policy/__main__.py), in which nothing is to be imported by a short name.
"""

import datetime as dt
import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1])

from policies.catalogue import CODES  # noqa: E402
from policies.facts import PackError  # noqa: E402
from policies.server import Pack, serve  # noqa: E402
from policies.suppressions import FILE, suppressions_in  # noqa: E402


def main() -> None:
    """Serve until the engine ends this process."""
    try:
        suppressions = suppressions_in(FILE, CODES)
    except PackError as error:
        sys.exit(f"error: {error}")
    serve(Pack(suppressions, lambda: dt.datetime.now(dt.UTC).date()))


if __name__ == "__main__":
    main()
