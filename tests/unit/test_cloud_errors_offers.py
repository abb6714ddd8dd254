"""What is offered for a cloud's refusal fits the stack file: typed, it ends in a file that is accepted."""

import re
from pathlib import Path
from typing import Any

import pytest

from components.platforms.cloud_errors import advice, facts_of
from components.platforms.contract import Target
from components.settings_models import CloudSettings
from components.stack_file import Problem, StackFile, StackFileError
from tests.unit.settings_loader import Values, checkout, load
from tests.unit.settings_typed import after
from tests.unit.test_cloud_errors import CASES
from tests.unit.test_settings_clouds import AKS, EKS, GKE, committed

STACK = StackFile("prod")
GIVEN: dict[str, dict[str, dict[str, Any]]] = {
    "aks": {
        "cluster": {"mode": "existing", "name": "prod", "resourceGroup": "prod"},
        "registry": {"mode": "existing", "name": "contoso", "resourceGroup": "registries"},
    },
    "eks": {
        "cluster": {"mode": "existing", "name": "prod", "region": "eu-central-1", "attachPull": True},
        "registry": {"mode": "existing", "region": "eu-west-1"},
    },
    "gke": {
        "cluster": {"mode": "existing", "name": "prod", "project": "my-project", "location": "europe-west1-b"},
        "registry": {"mode": "existing", "repository": "images", "location": "europe-west1"},
    },
}
"""Sections of what is there already."""
MADE: dict[str, dict[str, Any]] = {
    "aks": {**AKS, "kubernetesVersion": "1.34"},
    "eks": {**EKS, "kubernetesVersion": "1.34"},
    "gke": GKE,
}
"""Clusters that the stack makes, with what a refusal may want gone."""
WORDS = {
    "<size>": "Standard_B4ms",
    "<the size they have>": "Standard_B2s",
    "<type>": "m5.large",
    "<subnet>": "subnet-0a1b2c3d",
    "<version>": "1.33",
    "<region>": "us-east-1",
    "<project>": "my-project",
}
"""What a person types where a command leaves it open; a name anywhere else."""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return checkout(tmp_path)


def file_of(case: dict[str, str]) -> Values:
    sections: dict[str, dict[str, Any]] = {"cluster": MADE[case["target"]], "registry": {"mode": "create"}}
    own = {key: GIVEN[case["target"]][key] for key in sections if case.get(key) == "existing"}
    return committed(case["target"], **sections | own)


def told(case: dict[str, str], values: Values, root: Path) -> Problem:
    settings, _ = load(values, root, stack="prod")
    assert isinstance(settings, CloudSettings)
    found = advice(STACK, Target(case["target"]), case["type"], case["text"], facts_of(settings))
    assert found is not None
    return found


def filled(command: str, target: str) -> str:
    words = WORDS | {"<location>": "europe-west4" if target == "gke" else "northeurope"}
    return re.sub(r"'?(<[^>]+>)'?", lambda each: words.get(each[1], "other"), command)


def commands_after(values: Values, root: Path) -> list[str]:
    try:
        load(values, root, stack="prod")
    except StackFileError as refusal:
        return [each for problem in refusal.problems for each in problem.commands]
    return []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_every_change_that_is_offered_ends_in_a_file_that_is_accepted(case: dict[str, str], root: Path) -> None:
    values = file_of(case)
    target = case["target"]
    # `aws:` keys are the provider's, and not of this project.
    own = [filled(each, target) for each in told(case, values, root).commands if each.startswith("pulumi config")]
    own = [each for each in own if " aws:" not in each]
    for number, command in enumerate(own):
        is_next = "[1]" in command  # the second of a list follows the first
        changed = after(values, (), own[: number + 1] if is_next else [command])[0]
        # Another mode has other keys, which are named with what to type.
        more = commands_after(changed, root) if ".mode " in command else []
        load(after(changed, (), [filled(each, target) for each in more])[0], root, stack="prod")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_no_command_leaves_the_stack_or_the_region_to_chance(case: dict[str, str], root: Path) -> None:
    for command in told(case, file_of(case), root).commands:
        for verb in ("pulumi up", "pulumi destroy", "pulumi preview"):
            assert command.count(verb) == command.count(f"{verb} -s prod"), command
        if re.match(r"aws (ecr|eks|ec2|elbv2|service-quotas) ", command):
            assert re.search(r"--region eu-(central|west)-1 ", command), command


def test_a_repository_is_deleted_in_its_own_region(root: Path) -> None:
    (case,) = [each for each in CASES if each["case"] == "repository not empty"]
    found = told(case, file_of(case | {"registry": "existing"}), root)
    assert "aws ecr delete-repository --force --region eu-west-1 " in "\n".join(found.commands)
