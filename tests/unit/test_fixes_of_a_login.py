"""What cures a cause where nodes of a cloud pull with a login: not the cloud's rights, nor its registry's commands."""

import pytest

from pulls.causes import Code
from pulls.diagnosis import Facts, shown_fixes
from pulls.evidence import Grant
from pulls.fixes import Target, cured_at

CLOUDS = (Target.AKS, Target.EKS, Target.GKE)
VALUES = {"stack": "prod", "registry": "ghcr.io", "repository": "acme/web"}


def commands(code: Code, target: Target, kind: str) -> list[str]:
    facts = Facts(target, Grant(kind, "acme-ci", "login", "ghcr.io"))
    return [command for _, command in shown_fixes(code, facts, VALUES)]


@pytest.mark.parametrize("target", CLOUDS)
def test_the_stacks_own_login_is_set_first(target: Target) -> None:
    first = commands(Code.NO_CREDENTIALS, target, "pull-secret")[0]
    assert first.startswith("pulumi config set --path registry.username acme-ci -s prod")
    assert "pulumi config set --secret registryPassword -s prod" in first
    assert "registryPassword" in commands(Code.CREDENTIALS_REFUSED, target, "pull-secret")[0]


@pytest.mark.parametrize("target", CLOUDS)
@pytest.mark.parametrize(
    "code",
    [Code.NO_CREDENTIALS, Code.CREDENTIALS_REFUSED, Code.FORBIDDEN, Code.NOT_FOUND, Code.DNS, Code.UNREACHABLE],
)
def test_no_command_is_for_a_registry_of_the_cloud(target: Target, code: Code) -> None:
    shown = " ".join(commands(code, target, "pull-secret"))
    assert shown
    for word in ("az acr", "az role", "check-acr", "azurecr", "aws ecr", "aws iam", "gcloud artifacts"):
        assert word not in shown


@pytest.mark.parametrize("target", CLOUDS)
def test_nodes_that_pull_as_themselves_and_what_is_wrong_with_a_node_stay_the_clouds(target: Target) -> None:
    assert cured_at(Code.NO_CREDENTIALS, target, "kubelet-identity") is target
    assert cured_at(Code.NO_CREDENTIALS, target, "") is target
    assert cured_at(Code.DISK_FULL, target, "pull-secret") is target


def test_the_local_target_has_its_own_already() -> None:
    assert {cured_at(code, Target.LOCAL, "pull-secret") for code in Code} == {Target.LOCAL}


def test_nobodys_name_is_offered_where_nodes_pull_without_a_login() -> None:
    assert "registry.username <user>" in commands(Code.NO_CREDENTIALS, Target.LOCAL, "anonymous")[0]
    assert "registry.username acme-ci" in commands(Code.NO_CREDENTIALS, Target.LOCAL, "pull-secret")[0]
