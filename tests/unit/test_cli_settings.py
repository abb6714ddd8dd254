"""What a stack file may say of the CLI, and what is said of one that cannot be."""

from pathlib import Path
from typing import Any

import pytest

from components.cli_image import check_cli_place, cli_image, each_image, of_each_image
from components.cli_stack_file import CliStackFile
from components.settings_cli import CliSettings
from components.stack_file import Problem, StackFile, StackFileError
from tests.unit.settings_loader import Values, checkout, load, local, refusal

DIGEST = "sha256:" + "0" * 64
CLI = {"image": {"context": "cli"}}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "cli").mkdir()
    (tmp_path / "cli" / "Dockerfile").touch()
    return checkout(tmp_path)


def with_cli(**fields: object) -> Values:
    return local() | {"cli": CLI | fields}


def cli(root: Path, **fields: object) -> CliSettings:
    found = load(with_cli(**fields), root)[0].cli
    assert found is not None
    return found


def test_without_the_key_there_is_none(root: Path) -> None:
    settings, _ = load(local(), root)
    assert settings.cli is None
    assert cli_image(settings) is None
    assert each_image(settings) == (settings,)


def test_its_source_is_enough(root: Path) -> None:
    found = cli(root)
    assert (found.name, found.image.repository, found.replicas) == ("monadic-pipeline", "monadic-pipeline", 1)
    assert (found.command, found.args) == ((), ())
    assert cli(root, replicas=0).replicas == 0
    assert cli(root, args=["watch", 5], command=["/app/run"]).args == ("watch", "5")


def test_its_image_runs_on_the_platform_of_the_stack(root: Path) -> None:
    values = with_cli(image={"context": "cli", "buildArgs": {"A": "b"}, "contextLimit": "1Mi", "target": "last"})
    values["image"] = values["image"] | {"platform": "linux/arm64"}
    settings, _ = load(values, root)
    image = cli_image(settings)
    assert image is not None
    assert (image.platform, image.context, image.build_args, image.target) == ("linux/arm64", "cli", {"A": "b"}, "last")
    assert [each.image.repository for each in each_image(settings)] == ["web", "monadic-pipeline"]
    assert of_each_image(settings, lambda each: ["both", each.image.repository]) == ("both", "web", "monadic-pipeline")


@pytest.mark.parametrize(
    ("fields", "said", "typed"),
    [
        ({"image": {"context": "clu"}}, "cli.image.context: clu: there is no such folder", "cli.image.context cli"),
        (
            {"image": {"context": "cli", "dockerfile": "cli/Dockerfil"}},
            "cli.image.dockerfile: cli/Dockerfil: there is no such file",
            "cli.image.dockerfile cli/Dockerfile",
        ),
        ({"image": {"context": "cli", "digest": "sha256:1"}}, "cli.image.digest: 'sha256:1' is not a digest", ""),
        ({"image": {}}, "cli.image: says neither what to build (cli.image.context)", "cli.image.context cli"),
        ({"name": "web"}, "cli.name: 'web' is app.name too", "cli.name web-cli"),
        (
            {"image": {"context": "cli", "repository": "web"}},
            "cli.image.repository: 'web' is image.repository too",
            "cli.image.repository web-cli",
        ),
        ({"port": 80}, "cli.port: unknown key", ""),
        ({"image": {"context": "cli", "platform": "linux/arm64"}}, "cli.image.platform: unknown key", ""),
        ({"replicas": -1}, "cli.replicas: must be greater than or equal to 0", "cli.replicas 1"),
    ],
)
def test_a_mistake_is_told_with_its_key_and_what_to_type(
    fields: dict[str, object], said: str, typed: str, root: Path
) -> None:
    text = refusal(with_cli(**fields), root)
    assert text.startswith("Pulumi.local.yaml: 1 mistake")
    assert said in text
    assert f"pulumi config set --path {typed}" in text or not typed


def test_a_name_that_leaves_no_room_is_made_shorter(root: Path) -> None:
    long = "w" * 63
    values = with_cli(name=long) | {"app": {"name": long}}
    assert f"cli.name {'w' * 59}-cli" in refusal(values, root)


def test_secrets_in_clear_are_refused_and_not_shown(root: Path) -> None:
    password = "Hunter2-canary-Passw0rd"
    text = refusal(with_cli(environment={"DB_PASSWORD": password}), root)
    assert "cli.environment.DB_PASSWORD: DB_PASSWORD looks like a secret" in text
    assert "pulumi config rm --path cli.environment.DB_PASSWORD" in text
    assert "pulumi config set --secret --path appSecrets.DB_PASSWORD" in text
    built = refusal(with_cli(image={"context": "cli", "buildArgs": {"DB_PASSWORD": password}}), root)
    assert "pulumi config rm --path cli.image.buildArgs.DB_PASSWORD" in built
    assert "pulumi config set --path cli.image.digest 'sha256:…'" in built
    assert password not in text + built


def test_commands_for_an_image_are_for_the_clis_and_others_stay() -> None:
    stack = CliStackFile("local")
    assert stack.set(("image", "digest"), "x") == "pulumi config set --path cli.image.digest x -s local"
    assert stack.remove(("image", "digest")) == "pulumi config rm --path cli.image.digest -s local"
    assert stack.set(("app", "name"), "x") == StackFile("local").set(("app", "name"), "x")
    refused = stack.refusal([Problem(("image", "context"), "is odd", ()), Problem(("registry",), "is", ())])
    assert [each.path for each in refused.problems] == [("cli", "image", "context"), ("registry",)]
    assert str(refused).startswith("Pulumi.local.yaml: 2 mistakes")


def place(values: Values, root: Path) -> list[str]:
    settings, _ = load(values, root)
    try:
        check_cli_place(settings, StackFile("local"))
    except StackFileError as refused:
        return str(refused).splitlines()[2:]
    return []


def test_a_name_or_digest_that_the_registry_cannot_have_is_refused(root: Path) -> None:
    at_hub: dict[str, Any] = {"registry": {"host": "docker.io", "username": "acme"}}
    (named, command) = place(with_cli() | at_hub, root)
    assert named.startswith("  cli.image.repository: 'monadic-pipeline' is no name for Docker Hub")
    assert command == "      pulumi config set --path cli.image.repository acme/monadic-pipeline -s local"
    assert place(with_cli() | {"registry": {"host": "hub.docker.com"}}, root) == []  # said once, of the platform
    elsewhere = f"ghcr.io/other/cli@{DIGEST}"
    (said, command) = place(with_cli(image={"digest": elsewhere}), root)
    assert said.startswith("  cli.image.digest: ")
    assert command.strip().startswith(f"pulumi config set --path cli.image.digest {DIGEST} -s local")
    assert place(with_cli(image={"digest": DIGEST}), root) == []
    assert place(local(), root) == []


def test_a_name_that_ecr_does_not_take_is_refused(root: Path) -> None:
    values = with_cli(image={"context": "cli", "repository": "a"}) | {
        "target": "eks",
        "cluster": {"mode": "create", "name": "prod", "region": "eu-central-1"},
        "registry": {"mode": "create"},
    }
    assert place(values, root)[0].startswith("  cli.image.repository: 'a' is not an ECR repository")
