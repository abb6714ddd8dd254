"""The commands of pages: each exists, its settings are taken, and a test runs it or the page says that none can."""

import re
from pathlib import Path
from typing import Any, cast

import pytest

from components.errors import ConfigError
from components.platforms.aks_checks import setting_problems
from components.platforms.contract import Target
from components.platforms.eks_checks import eks_problems
from components.platforms.gke_checks import problems
from components.settings_fields import field_at
from components.settings_models import MODELS
from components.stack_file import StackFile
from tests.signing import new_key, public_pem
from tests.stack_files import PROJECT, ROOT, stack_values
from tests.unit.docs_commands import Shown, fault, shown
from tests.unit.docs_commands_run import LOOKS, ONLY_HERE, RUN
from tests.unit.docs_pages import functions_of, sections, text_of
from tests.unit.settings_loader import Values, checkout, load
from tests.unit.settings_typed import after

PAGES = (
    "backends.md",
    "ci.md",
    "configuration.md",
    "deployment.md",
    "migration.md",
    "package.md",
    "policies.md",
    "pr-comment.md",
    "pulumi-deployments.md",
    "supply-chain.md",
    "test-clusters.md",
    "troubleshooting.md",
)
COMMANDS = [(page, each) for page in PAGES for each in shown(text_of(page))]
CHECKS = {Target.AKS: setting_problems, Target.EKS: eks_problems, Target.GKE: problems}
"""What is refused beyond what the settings refuse."""
SECRETS = {"appSecrets", "registryPassword"}
MISSPELT = "app.replica"
"""What a page has as a mistake."""
EXISTING: dict[Target, Values] = {
    Target.AKS: {
        "cluster": {"mode": "existing", "name": "prod", "resourceGroup": "clusters"},
        "registry": {"mode": "existing", "name": "contoso", "resourceGroup": "registries"},
    },
    Target.EKS: {
        "cluster": {"mode": "existing", "name": "prod", "region": "eu-central-1"},
        "registry": {"mode": "existing"},
    },
    Target.GKE: {
        "cluster": {"mode": "existing", "name": "prod", "project": "my-project", "location": "europe-west1"},
        "registry": {"mode": "existing", "repository": "images", "location": "europe-west1"},
    },
}
"""Sections of a stack file that uses what is there."""
_CONFIG = "pulumi config "


def plain(command: Shown) -> str:
    """A command without its quotes."""
    return re.sub("[\"']", "", command.command)


def parts_of(page: str) -> dict[str, str]:
    """The parts of a page whose commands belong together."""
    text = text_of(page)
    return sections(text, level=3 if page == "troubleshooting.md" else 2)


@pytest.mark.parametrize(("page", "command"), COMMANDS, ids=str)
def test_each_command_is_one_that_exists(page: str, command: Shown) -> None:
    assert fault(command.command) is None, page


@pytest.mark.parametrize(("page", "command"), COMMANDS, ids=str)
def test_each_command_is_run_by_a_test_or_needs_an_account(page: str, command: Shown) -> None:
    typed_below = command.command.startswith(_CONFIG)
    run = any(re.fullmatch(each, plain(command)) for patterns in RUN.values() for each in patterns)
    assert run or typed_below or command.account or ONLY_HERE.fullmatch(command.command), page


@pytest.mark.parametrize("test", RUN)
def test_each_test_that_runs_a_command_is_there(test: str) -> None:
    file, _, name = test.partition("::")
    assert functions_of(ROOT / file)
    assert not name or name in functions_of(ROOT / file)


def test_each_pattern_is_of_a_command() -> None:
    commands = [plain(each) for _, each in COMMANDS]
    patterns = [each for some in RUN.values() for each in some]
    assert [each for each in patterns if not any(re.fullmatch(each, command) for command in commands)] == []


def test_what_only_looks_is_known_to_kubectl() -> None:
    """They only read, so that no test needs what they look at; here is that kubectl has the command and the kinds."""
    found = [each.command for _, each in COMMANDS if LOOKS.fullmatch(each.command)]
    assert found
    verbs = {re.sub(r"-(n|-context) \S+ ", "", each).split()[1] for each in found}
    assert verbs <= {"get", "describe", "logs", "config", "rollout", "version"}


SETTINGS = [
    (page, heading, stack)
    for page in PAGES
    for heading, text in parts_of(page).items()
    for stack in Target
    if any(each.command.startswith(_CONFIG) and each.command.endswith(f"-s {stack}") for each in shown(text))
]


@pytest.mark.parametrize(("page", "heading", "stack"), SETTINGS)
def test_the_settings_of_a_part_are_taken_when_they_are_typed(
    page: str, heading: str, stack: Target, tmp_path: Path
) -> None:
    """In their order, over the committed stack file, or over one whose cluster and registry are there already."""
    commands = [each.command for each in shown(parts_of(page)[heading])]
    own = [each for each in commands if each.startswith(_CONFIG) and each.endswith(f"-s {stack}")]
    root = checkout(tmp_path)
    (root / "cli").mkdir()
    (root / "cli" / "Dockerfile").touch()
    (root / "cosign.pub").write_bytes(public_pem(new_key()))
    refusals: list[str] = []
    for base in (_committed(stack), _committed(stack) | EXISTING.get(stack, {})):
        try:
            _type(own, base, stack, root)
        except (ConfigError, AssertionError) as refusal:
            refusals.append(str(refusal))
        else:
            return
    pytest.fail("\n".join(refusals))


def _type(commands: list[str], base: Values, stack: Target, root: Path) -> None:
    values, secret = base, tuple[str, ...]()
    for command in commands:
        words = command.split()
        path = words[-3].split(".")
        if words[2] == "rm" and not _there(values, path):  # of a key that a stack need not have
            assert words[-3] == MISSPELT or path[0] in SECRETS or field_at(MODELS[stack], tuple(path)) is not None, (
                command
            )
        else:
            values, secret = after(values, secret, [command])
    settings, _ = load(values, root, secret, stack)
    check: Any = CHECKS.get(stack)
    assert check is None or check(settings, StackFile(stack)) == []


def _committed(stack: str) -> Values:
    own = {key.removeprefix(f"{PROJECT}:"): value for key, value in stack_values(stack).items()}
    return {key: value for key, value in own.items() if ":" not in key}


def _there(values: Values, path: list[str]) -> bool:
    here: Any = values
    for key in path:
        if not isinstance(here, dict) or key not in here:
            return False
        here = cast("Values", here)[key]
    return True
