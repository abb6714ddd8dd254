"""docs/clouds.md says what the settings take and what the platforms make."""

import ast
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.platforms.aks_checks import setting_problems
from components.platforms.contract import Target
from components.platforms.eks_checks import eks_problems
from components.platforms.gke_checks import problems
from components.settings_models import MODELS
from components.stack_file import StackFile
from tests.stack_files import PROJECT, ROOT, stack_values
from tests.unit.clouds_page import CLOUDS, DOCS, PLATFORMS, SECTIONS, TEXT, blocks
from tests.unit.settings_loader import Values, checkout, load

FREE = ("tags.", "appSecrets.")
CHECKS = {Target.AKS: setting_problems, Target.EKS: eks_problems, Target.GKE: problems}
"""What is refused beyond what the settings refuse."""

EXAMPLES = blocks("yaml")
COMMANDS = [line for each in blocks("sh") for line in each.replace("\\\n", " ").splitlines() if line.strip()]


def stack_of(example: str) -> str:
    """The stack whose file an example is a part of, by its first line."""
    found = re.match(r"# Pulumi\.(\w+)\.yaml", example)
    assert found, f"the first line names no stack file: {example}"
    return found[1]


def whole(example: str) -> Values:
    """The committed stack file with the sections of an example in place of its own."""
    sections = {**stack_values(stack_of(example)), **yaml.safe_load(example)["config"]}
    own = {key.removeprefix(f"{PROJECT}:"): value for key, value in sections.items()}
    return {key: value for key, value in own.items() if ":" not in key}


@pytest.mark.parametrize("example", EXAMPLES)
def test_each_example_loads(example: str, tmp_path: Path) -> None:
    stack = stack_of(example)
    settings, _ = load(whole(example), checkout(tmp_path), stack=stack)
    assert settings.target == stack
    check: Any = CHECKS[Target(stack)]
    assert check(settings, StackFile(stack)) == []


@pytest.mark.parametrize("target", CLOUDS)
def test_each_cloud_has_examples_of_both_modes_of_cluster_and_registry(target: Target) -> None:
    shown = [whole(each) for each in EXAMPLES if stack_of(each) == target]
    pairs = {(each["cluster"]["mode"], each["registry"]["mode"]) for each in shown}
    assert {("create", "create"), ("existing", "existing")} <= pairs


def test_each_mode_of_a_registry_is_shown() -> None:
    assert {whole(each)["registry"]["mode"] for each in EXAMPLES} == {"create", "existing", "foreign"}


def test_each_key_that_the_page_names_is_one_of_a_cloud() -> None:
    named = set(re.findall(r"`((?:cluster|registry|ingress|app|image)\.[.\w]+)`", TEXT))
    # Below `tags` and `appSecrets` names are free.
    named |= {
        each.partition(".")[0] if each.startswith(FREE) else each for each in re.findall(r"--path ([.\w]+) ", TEXT)
    }
    assert named - {"appSecrets"} <= keys()
    assert {"cluster.apiRanges", "registry.attachPull"} <= named


def keys() -> set[str]:
    """Keys of a cloud's stack file as they are written, below `monadic-pipeline:`."""
    return {key for target in CLOUDS for key in _keys(MODELS[target].model_json_schema(), "")}


def _keys(schema: dict[str, Any], prefix: str, root: dict[str, Any] | None = None) -> Iterator[str]:
    root = schema if root is None else root
    if "$ref" in schema:
        yield from _keys(root["$defs"][schema["$ref"].rpartition("/")[2]], prefix, root)
    for each in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        yield from _keys(each, prefix, root)
    for name, inner in schema.get("properties", {}).items():
        yield f"{prefix}{name}"
        yield from _keys(inner, f"{prefix}{name}.", root)


def made_by(target: Target) -> set[str]:
    """Resource classes of its own SDK that the files of a platform call, such as `containerregistry.Registry`."""
    found: set[str] = set()
    for file in sorted(PLATFORMS.glob(f"{target}*.py")):
        tree = ast.parse(file.read_text())
        modules = {
            alias.asname or alias.name
            for each in ast.walk(tree)
            if isinstance(each, ast.ImportFrom)
            and (each.module or "").startswith(("pulumi_azure", "pulumi_aws", "pulumi_gcp"))
            for alias in each.names
        }
        calls = (each.func for each in ast.walk(tree) if isinstance(each, ast.Call))
        found |= {
            f"{call.value.id}.{call.attr}"
            for call in calls
            if isinstance(call, ast.Attribute) and isinstance(call.value, ast.Name) and call.value.id in modules
            if call.attr[0].isupper() and not call.attr.endswith("Args")
        }
    return found


@pytest.mark.parametrize("target", CLOUDS)
def test_the_table_of_a_cloud_has_each_resource_that_its_platform_makes_and_no_other(target: Target) -> None:
    table = SECTIONS[target.upper()].partition("| resource |")[2].partition("\n\n")[0]
    named = [each for row in table.splitlines() for each in re.findall(r"`([a-z0-9]+\.[A-Z]\w+)`", row)]
    assert sorted(named) == sorted(made_by(target))


def test_each_command_parses_as_shell_words() -> None:
    assert len(COMMANDS) > 20
    for command in COMMANDS:
        assert shlex.split(command, comments=True), command


def test_the_names_in_commands_are_those_of_the_committed_files() -> None:
    aks, eks, gke = ({key.partition(":")[2]: value for key, value in stack_values(each).items()} for each in CLOUDS)
    for words in (
        f"az aks get-credentials -g {aks['cluster']['resourceGroup']} -n {aks['cluster']['name']} ",
        f"--region {eks['cluster']['region']} --name {eks['cluster']['name']} --alias {eks['cluster']['name']}\n",
        f"get-credentials {gke['cluster']['name']} --location={gke['cluster']['location']} ",
        f"ops diagnose -n {aks['app']['namespace']}\n",
    ):
        assert words in SECTIONS["First run on a real account"]


def test_each_command_that_finds_what_stayed_parses_as_shell_words() -> None:
    found = re.findall(r"\| `([^`]+)` \|$", SECTIONS["What may stay behind"], re.MULTILINE)
    assert len(found) > 10
    for command in found:
        assert shlex.split(command.replace("\\|", "|"))[0] in {"az", "aws", "gcloud"}


def test_the_simulated_clouds_are_started_as_the_page_says() -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "sandbox", "env", "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert "python -m sandbox env --clouds" in SECTIONS["Without an account"]
    assert "--clouds" in shown


def test_each_link_leads_somewhere() -> None:
    targets = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", TEXT) + re.findall(r'src="([^"]+)"', TEXT)
    assert targets
    assert [each for each in targets if not (DOCS / each).is_file()] == []
    anchors = {
        re.sub(r"[^\w -]", "", each.lower()).replace(" ", "-") for each in re.findall(r"^#+ (.+)$", TEXT, re.MULTILINE)
    }
    assert set(re.findall(r"\]\(#([^)]+)\)", TEXT)) <= anchors


def test_what_was_never_run_is_said_before_anything_else() -> None:
    assert "**It was never run on a real account of Azure, AWS or Google.**" in " ".join(TEXT.split("\n## ")[0].split())
