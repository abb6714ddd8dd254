"""From the `image` of a stack file to a build that may be done."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from components import context_files
from components.build_context import StagedBuild
from components.errors import ConfigError
from components.image_source import image_source, repository_root
from components.settings_models import ImageSettings
from components.stack_file import StackFile
from tests.stack_files import ROOT

KEY = "-----BEGIN PRIVATE KEY-----\nMIIEpAIBAAKCAQEA7v\n"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DOCKER_HOST", "ssh://nobody.invalid")
    project = tmp_path / "repository" / "project"
    (project / "webapi").mkdir(parents=True)
    (project / "webapi" / "Dockerfile").write_text("FROM scratch\n")
    (tmp_path / "repository" / ".git").mkdir()
    return project


def source(root: Path, **fields: Any) -> StagedBuild | str:
    image = ImageSettings.model_validate({"repository": "web", "context": "webapi"} | fields)
    return image_source(image, StackFile("local"), root)


def refusal(root: Path, **fields: Any) -> str:
    with pytest.raises(ConfigError) as caught:
        source(root, **fields)
    return str(caught.value)


def test_a_context_becomes_a_staged_build(root: Path) -> None:
    build = source(root, buildArgs={"A": "1"}, target="final", platform="linux/arm64")
    assert isinstance(build, StagedBuild)
    assert (build.args, build.target, build.platform) == ({"A": "1"}, "final", "linux/arm64")
    assert (root / build.dockerfile).read_text() == "FROM scratch\n"


def test_a_digest_needs_neither_engine_nor_context(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere")
    digest = "sha256:" + "0" * 64
    assert source(root, digest=digest, context="gone") == digest


def test_without_an_engine_nothing_is_staged(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere")
    assert "no docker engine answers at unix:///nowhere" in refusal(root)
    assert not (root / ".build").exists()


def test_a_context_elsewhere_in_the_repository_is_allowed(root: Path) -> None:
    (root.parent / "api").mkdir()
    (root.parent / "api" / "Dockerfile").write_text("FROM scratch\n")
    assert isinstance(source(root, context="../api"), StagedBuild)


def test_a_context_outside_of_the_repository_needs_a_word(root: Path) -> None:
    outside = root.parent.parent / "other"
    outside.mkdir()
    (outside / "Dockerfile").write_text("FROM scratch\n")
    message = refusal(root, context=str(outside))
    assert message.startswith("Pulumi.local.yaml: 1 mistake, nothing was changed")
    assert "outside of this repository" in message
    assert "pulumi config set --path image.allowOutside true -s local" in message
    assert isinstance(source(root, context=str(outside), allowOutside=True), StagedBuild)


def test_a_link_does_not_hide_that_a_context_is_outside(root: Path) -> None:
    outside = root.parent.parent / "other"
    outside.mkdir()
    (outside / "Dockerfile").touch()
    (root / "inside").symlink_to(outside)
    assert "outside of this repository" in refusal(root, context="inside")


@pytest.mark.parametrize("linked", [False, True])
def test_a_dockerfile_outside_of_the_repository_needs_a_word_too(root: Path, linked: bool) -> None:
    outside = root.parent.parent / "other.Dockerfile"
    outside.write_text("FROM scratch\n")
    (root / "linked.Dockerfile").symlink_to(outside)
    given = "linked.Dockerfile" if linked else str(outside)
    message = refusal(root, dockerfile=given)
    assert message.startswith("Pulumi.local.yaml: 1 mistake, nothing was changed")
    assert f"image.dockerfile: {given}: is {outside}, outside of this repository ({root.parent})" in message
    assert "pulumi config set --path image.allowOutside true -s local" in message
    assert not (root / ".build").exists()
    assert isinstance(source(root, dockerfile=given, allowOutside=True), StagedBuild)


def test_a_dockerfile_elsewhere_in_the_repository_is_allowed(root: Path) -> None:
    (root.parent / "Dockerfile").write_text("FROM scratch\n")
    assert isinstance(source(root, dockerfile="../Dockerfile"), StagedBuild)


def test_a_dockerfile_that_cannot_be_read_is_one_mistake(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (root / "webapi" / ".dockerignore").write_text("Dockerfile\n")

    def refuse(_: Path) -> tuple[str, bytes]:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(context_files, "hash_file", refuse)
    message = refusal(root)
    assert f"image.context: webapi: cannot read {root}/webapi/Dockerfile: Permission denied" in message
    assert f"ls -ld {root}/webapi/Dockerfile" in message


def test_an_ignore_file_that_is_no_utf_8_is_one_mistake(root: Path) -> None:
    (root / "webapi" / ".dockerignore").write_bytes(b"caf\xe9\n")
    message = refusal(root)
    assert f"image.context: webapi: {root}/webapi/.dockerignore is no text in UTF-8 (line 1)" in message
    assert f'"${{EDITOR:-vi}}" +1 {root}/webapi/.dockerignore' in message


def test_the_tag_of_the_sample_depends_on_its_committed_files_only(root: Path) -> None:
    shutil.rmtree(root / "webapi")
    shutil.copytree(ROOT / "webapi", root / "webapi", ignore=shutil.ignore_patterns("__pycache__"))
    before = source(root)
    (root / "webapi" / "__pycache__").mkdir()
    (root / "webapi" / "__pycache__" / "server.cpython-311.pyc").write_bytes(b"1")
    assert source(root) == before


def test_keys_and_environment_files_are_named_with_the_line_to_add(root: Path) -> None:
    (root / "webapi" / ".env").write_text("PASSWORD=canary")
    (root / "webapi" / "server.pem").write_text(KEY)
    message = refusal(root)
    assert ".env (15 bytes" in message
    assert "server.pem" in message
    assert f"printf '%s\\n' '' .env server.pem >> {root}/webapi/.dockerignore" in message
    assert "canary" not in message
    assert not (root / ".build").exists()


def test_what_is_ignored_is_no_mistake(root: Path) -> None:
    (root / "webapi" / ".env").write_text("PASSWORD=canary")
    (root / "webapi" / ".dockerignore").write_text(".env\n")
    assert isinstance(source(root), StagedBuild)


def test_another_repository_as_context_must_leave_its_history_behind(root: Path) -> None:
    (root / "webapi" / ".git").mkdir()
    (root / "webapi" / ".git" / "HEAD").write_text("ref")
    assert "'' .git >>" in refusal(root)


def test_a_huge_context_is_refused_before_it_is_read(root: Path) -> None:
    with (root / "webapi" / "model.bin").open("wb") as stream:
        stream.truncate(10 * 2**30)  # sparse: takes no room, and minutes to read
    message = refusal(root)
    assert "is 10.0 GiB big, more than 512.0 MiB (image.contextLimit)" in message
    assert "model.bin" in message


def test_a_project_that_is_its_own_context_does_not_stage_its_stagings(root: Path) -> None:
    (root / "Dockerfile").write_text("FROM scratch\n")
    first = source(root, context=".")
    assert source(root, context=".") == first
    assert isinstance(first, StagedBuild)
    assert not (root / first.context / ".build").exists()


def test_without_git_the_project_itself_is_the_limit(tmp_path: Path) -> None:
    assert repository_root(tmp_path) == tmp_path.resolve()
