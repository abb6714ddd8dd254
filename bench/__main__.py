"""`python -m bench [--cold] [--tests]`: measures, prints and writes docs/benchmarks.md."""

import argparse
import subprocess
import tempfile
from pathlib import Path

from bench import local
from bench.results import PAGE, keep


def main() -> None:
    """Measure what was asked for; without flags, what takes about two minutes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cold", action="store_true", help="also with every cache empty (about 25 minutes)")
    parser.add_argument("--tests", action="store_true", help="also the whole test suite")
    chosen = parser.parse_args()
    if chosen.cold:
        with tempfile.TemporaryDirectory() as scratch:
            keep([local.cold_start(Path(scratch))])
            # Go makes its downloaded modules read-only.
            subprocess.run(["chmod", "-R", "u+w", scratch], check=True)
    keep([local.warm_start(3)])
    keep([local.nothing_changed(5)])
    keep([local.changed_line(3)])
    if chosen.tests:
        keep([local.whole_tests()])
    print(PAGE.read_text())


if __name__ == "__main__":
    main()
