"""CONTRIBUTING leads to files that are there, and to every part of the project."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_GUIDE = (ROOT / "CONTRIBUTING.md").read_text()


def _places() -> list[str]:
    """Every path of the table "Where does it go?"; a command or a word of the code is none."""
    table = _GUIDE.partition("## Where does it go?")[2].partition("\n## ")[0]
    return [each for each in re.findall(r"`([^`]+)`", table) if "/" in each and " " not in each]


def test_each_place_that_it_names_is_there() -> None:
    assert len(_places()) > 20
    assert [each for each in _places() if not list(ROOT.glob(each.rstrip("/")))] == []


def test_it_names_a_place_in_each_part_of_the_project() -> None:
    tracked = {"components", "pulls", "ops", "policies", "package", "sandbox", "bench", "webapi", "docs", "tests"}
    assert {each.partition("/")[0] for each in _places()} >= tracked
    for part in ("pulls/kubelet/", "pulls/rehearsal/", "pulls/watch.py", "tests/faults/", "sandbox/clouds/"):
        assert any(each.startswith(part) for each in _places()), part


def test_the_help_of_the_benchmarks_names_every_page_that_they_write() -> None:
    (shown,) = re.findall(r"^bench:.*## (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    for page in ("docs/benchmarks.md", "docs/pull-faults-measured.md"):
        assert page in shown
        assert (ROOT / page).exists()
