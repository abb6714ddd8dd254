"""The README says what the code does."""

import re
import subprocess
from pathlib import Path

from docs.config_table import README, table, with_table

ROOT = Path(__file__).resolve().parents[2]


def test_the_table_of_settings_is_the_models() -> None:
    text = README.read_text()
    assert with_table(text) == text, "type: .venv/bin/python -m docs.config_table"


def test_the_table_has_nested_keys_with_their_defaults() -> None:
    rows = table().splitlines()
    assert any(row.startswith("| `app.resources.requests.cpu` | none | Cores") for row in rows)
    assert any(row.startswith("| `app.port` | `8080` | Port that") for row in rows)
    assert all(row.count(" |") >= 3 and not row.endswith("|  |") for row in rows[2:])


def test_each_file_that_the_readme_links_to_is_there() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)|src=\"([^\"]+)\"", README.read_text()):
        assert (ROOT / "".join(target)).exists(), target


def test_each_make_target_that_the_readme_names_is_there() -> None:
    listed = subprocess.run(["make", "-s", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    targets = set(re.findall(r"^  make (\w+)", listed, re.MULTILINE))
    assert set(re.findall(r"`make (\w+)`", README.read_text())) <= targets
    assert len(targets) <= 10
