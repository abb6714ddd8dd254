"""deployments/settings.yaml: the committed one, what is wrong in one, and what of it cannot work for a stack."""

import re
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.platforms.contract import Target
from ops.deployments_file import FILE, read_file
from tests.stack_files import ROOT, stack_values
from tests.unit.deployments_place import GUID, LOGINS, Place, deployments, deployments_place, refused, settings
from tests.unit.test_imports import file_of, reached

COMMITTED: dict[str, Any] = yaml.safe_load((ROOT / FILE).read_text())


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Place]:
    with deployments_place(tmp_path, monkeypatch) as made:
        yield made


# The committed file


def test_the_committed_file_is_taken_and_has_each_target() -> None:
    assert set(read_file(ROOT).stacks) == set(Target)


def test_the_committed_file_needs_only_its_examples_replaced(place: Place) -> None:
    text = (ROOT / FILE).read_text()
    for name in ("aks", "eks", "gke"):
        place.stack_file(name, **{"image": stack_values(name)["monadic-pipeline:image"]})
    place.write(text)
    told = refused(place)
    examples = re.findall(r"^  (\S+): is still the example's value", told, re.MULTILINE)
    assert examples == [
        "organization", "source.repository", "stacks.aks.login.azure.clientId", "stacks.aks.login.azure.tenantId",
        "stacks.aks.login.azure.subscriptionId", "stacks.eks.login.aws.roleArn", "stacks.gke.login.gcp.projectNumber",
        "stacks.gke.login.gcp.serviceAccount",
    ]  # fmt: skip
    assert told.startswith("error: deployments/settings.yaml: 8 mistakes, nothing was changed\n")
    mine = (
        text.replace("my-organization", "acme")
        .replace("my-project", "acme-web")
        .replace("0" * 12 + '"', '123456789012"')
    )
    mine = mine.replace("00000000-0000-0000-0000-000000000000", GUID).replace(":000000000000:", ":123456789012:")
    place.write(mine)
    told = deployments("--yes")
    assert told.exit_code == 0, told.output
    assert deployments().exit_code == 0
    for name in ("aks", "eks", "gke"):
        built = place.stack(name).settings or {}
        assert built["operationContext"]["environmentVariables"]["DOCKER_HOST"] == "ssh://preview.invalid"


def test_a_change_of_what_the_program_is_made_of_is_deployed_and_nothing_else() -> None:
    """By the service's rules: a pattern takes the whole path, `**` any part of it (pulumi/docs, path-filtering)."""
    patterns = [each.replace("{stack}", "eks") for each in COMMITTED["paths"]]
    shapes = [re.escape(each).replace(r"\*\*", ".*") for each in patterns]

    def deploys(path: Path) -> bool:
        return any(re.fullmatch(each, str(path.relative_to(ROOT))) for each in shapes)

    program = {file_of(each) for each in reached("__main__")}
    platform = {file_of(each) for target in Target for each in reached(f"components.platforms.{target}")}
    needed = {*program, *platform, ROOT / "Pulumi.yaml", ROOT / "Pulumi.eks.yaml", ROOT / "requirements.txt"}
    assert [each for each in needed if not deploys(each)] == []
    assert len(needed) > 100
    assert deploys(ROOT / "webapi" / "server.py")
    others = [ROOT / "Pulumi.gke.yaml", ROOT / "README.md", ROOT / "Makefile", ROOT / FILE]
    folders = ("docs", "tests", "sandbox", "ops", "bench")
    others += [next(iter(sorted((ROOT / each).glob("*.*")))) for each in folders]
    assert [each for each in others if deploys(each)] == []


def test_what_runs_beside_previews_is_off_in_the_committed_file_until_somebody_says_otherwise() -> None:
    stacks = [each for each in COMMITTED["stacks"].values() if each]
    assert [(each["previews"], each["push"], each["ttl"]) for each in stacks] == [(True, False, False)] * 3


# What is wrong in a file


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"organisation": "acme"}, "organisation: is no such key; did you mean organization?"),
        (
            {"organization": "Acme"},
            "organization: 'Acme' is not an organization of Pulumi Cloud: it must be its name in",
        ),
        ({"paths": []}, "paths: "),
        ({"source": {"repository": "https://github.com/a/b"}}, "source.repository: 'https://github.com/a/b' is not a"),
        ({"source": {}}, "source.repository: is missing"),
        ({"source": {"repository": "a/b", "provider": "gitea"}}, "source.provider: must be 'github', 'gitlab'"),
        ({"stacks": {"eks": {"push": "yes"}}}, "stacks.eks.push: must be a valid boolean"),
        (
            {"stacks": {"eks": {"drift": {"schedule": "daily"}}}},
            "stacks.eks.drift.schedule: 'daily' is not a schedule: it",
        ),
        ({"stacks": {"eks": {"drift": {}}}}, "stacks.eks.drift.schedule: is missing"),
        ({"stacks": {"eks": {"previws": True}}}, "stacks.eks.previws: is no such key; did you mean previews?"),
        (
            {"stacks": {"eks": {"login": {"aws": {"roleArn": "deployer"}}}}},
            "'deployer' is not the ARN of a role: it must",
        ),
        (
            {"stacks": {"gke": {"login": {"gcp": {**LOGINS["gke"]["gcp"], "projectNumber": "acme-web"}}}}},
            "'acme-web' is not the number of a Google Cloud project: it must be its number in quotes, not its id",
        ),
        (
            {"stacks": {"gke": {"login": {"gcp": {**LOGINS["gke"]["gcp"], "projectNumber": 12345678}}}}},
            "projectNumber: ",
        ),
        ({"stacks": {"eks": True}}, "stacks.eks: "),
    ],
)
def test_a_mistake_is_named_by_its_key_with_what_belongs_there(place: Place, change: Any, text: str) -> None:
    place.write({**settings(eks={}), **change})
    told = refused(place)
    assert text in told
    assert "      edit deployments/settings.yaml\n" in told


def test_all_mistakes_are_told_at_once(place: Place) -> None:
    place.write({"organization": "Acme", "stacks": {"eks": {"push": 1}}})
    assert "deployments/settings.yaml: 4 mistakes, nothing was changed\n" in refused(place)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [", "deployments/settings.yaml is no YAML, line 1; edit it"),
        ("", "(the file): "),
        ("- a", "(the file): "),
        ("\x00", "deployments/settings.yaml is no YAML"),
    ],
)
def test_a_file_that_is_none_is_said(place: Place, text: str, said: str) -> None:
    place.write(text)
    assert said in refused(place)


def test_without_the_file_its_page_is_named(place: Place) -> None:
    (place.folder / FILE).unlink()
    assert f"there is no {FILE} in {place.folder}; docs/pulumi-deployments.md has what belongs into it" in refused(
        place
    )


def test_a_secret_in_the_file_is_not_quoted(place: Place) -> None:
    secret = "ghp_0123456789abcdefghijABCDEFGHIJ012345"
    place.write({**settings(eks={}), "organization": secret})
    told = refused(place)
    assert "organization: looks like a secret, which this file must not hold" in told
    assert secret not in told


def test_a_stack_that_the_file_does_not_have_is_named_with_those_that_it_has(place: Place) -> None:
    place.write(settings(eks={}, local=False))
    assert "the stack prod is not in deployments/settings.yaml, which has eks" in refused(place, "-s", "prod")
    assert "the stack local is off in deployments/settings.yaml" in refused(place, "-s", "local")


@pytest.mark.parametrize("name", ["prod", "eks"])
def test_a_stack_without_a_file_that_says_where_it_runs_is_named(place: Place, name: str) -> None:
    place.stack_file("eks", target="ecs")
    place.write(settings(**{name: {}}))
    told = refused(place)
    assert (
        "stacks.prod: there is no Pulumi.prod.yaml" in told
        if name == "prod"
        else "stacks.eks: Pulumi.eks.yaml does not say where the stack runs" in told
    )
