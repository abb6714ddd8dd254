"""The ECR repository of a stack's CLI, which is one of its own."""

from typing import Any

from tests.unit.eks_account import ACCOUNT, run, settings

CLI: dict[str, Any] = {"image": {"context": "cli"}}


def test_a_repository_that_is_there_is_the_clis_own_with_the_right_on_it() -> None:
    _, platform = run(settings(registry={"mode": "existing"}, cli=CLI), preview=True)
    assert platform.of_cli is not None
    _, grant = platform.of_cli
    assert grant.resource == f"arn:aws:ecr:eu-central-1:{ACCOUNT}:repository/monadic-pipeline"
    assert grant.facts["repository"] == "monadic-pipeline"
    assert platform.pull_grant.facts["repository"] == "team/web"
    assert platform.leaves[1].startswith("the images that were pushed to the ECR repository monadic-pipeline ")


def test_without_a_cli_and_in_another_registry_there_is_none() -> None:
    assert run(settings(registry={"mode": "existing"}), preview=True)[1].of_cli is None
    foreign = {"mode": "foreign", "host": "ghcr.io", "username": "team"}
    _, platform = run(settings(registry=foreign, cli=CLI), preview=True, password="canary")
    assert platform.of_cli is None
