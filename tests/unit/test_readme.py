"""The README says what the code does."""

import re
import subprocess
from pathlib import Path

import yaml

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


def test_the_samples_are_of_the_committed_stack_file() -> None:
    text = README.read_text()
    config = yaml.safe_load((ROOT / "Pulumi.local.yaml").read_text())["config"]
    app = config["monadic-pipeline:app"]["name"]
    repository = config["monadic-pipeline:image"]["repository"]
    assert f'before hook "{app}-before-rollout"' in text
    assert set(re.findall(r"Deployment/(\S+)", text)) == {app}
    assert set(re.findall(r"127\.0\.0\.1:5050/([-\w]+)@", text)) == {repository}


def test_what_a_clean_machine_lacks_is_installed_by_one_line() -> None:
    needed = README.read_text().split("What you see at the end")[0]
    assert "apt-get install git make python3 python3-venv" in needed
    assert "go.dev/dl" in needed


def test_what_stays_after_down_is_named_in_the_readme_and_in_the_help() -> None:
    text = README.read_text()
    shown = re.findall(r"^down:.*## (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    for each in ("~/.cache/monadic-pipeline", "~/go/pkg/mod", "~/.cache/go-build", "~/.cache/uv", ".venv", ".build"):
        assert f"`{each}`" in text or f" {each}`" in text, each
    assert [each for each in ("tools", "passphrase", "Go", "uv", ".venv", "Debian") if each not in shown[0]] == []


def test_each_make_target_that_the_readme_names_is_there() -> None:
    listed = subprocess.run(["make", "-s", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    targets = set(re.findall(r"^  make (\w+)", listed, re.MULTILINE))
    assert set(re.findall(r"`make (\w+)`", README.read_text())) <= targets
    assert len(targets) <= 10
