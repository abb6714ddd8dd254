"""What the sandbox reads of the stack file, whatever stands in it."""

from pathlib import Path

import pytest

from sandbox.errors import SandboxError
from sandbox.stack_choices import stack_choices

_ROOT = Path(__file__).resolve().parents[2]


def test_the_committed_stack_file_means_the_sandboxs_own_cluster_and_registry() -> None:
    choices = stack_choices(_ROOT)
    assert (choices.context, choices.kubeconfig) == ("sandbox", None)
    assert (choices.registry, choices.ingress_class, choices.ready_path) == ("127.0.0.1:5050", "traefik", "/ready")


def test_what_a_user_chose_is_read_and_a_kubeconfig_is_relative_to_the_project(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.local.yaml").write_text(
        """config:
  monadic-pipeline:app: {readyPath: /healthz/ready}
  monadic-pipeline:cluster: {context: kind-mine, kubeconfig: clusters/mine.yaml}
  monadic-pipeline:registry: {host: "localhost:5001"}
  monadic-pipeline:ingress: {className: nginx}
"""
    )
    choices = stack_choices(tmp_path)
    assert (choices.context, choices.kubeconfig) == ("kind-mine", tmp_path / "clusters/mine.yaml")
    assert (choices.registry, choices.ingress_class) == ("localhost:5001", "nginx")
    assert choices.ready_path == "/healthz/ready"


@pytest.mark.parametrize("text", [None, "", "config: []", "config: {'monadic-pipeline:cluster': sandbox}"])
def test_what_is_missing_or_of_another_kind_counts_as_not_set(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "Pulumi.local.yaml").write_text(text)
    assert stack_choices(tmp_path).context == "sandbox"


@pytest.mark.parametrize("content", [b"config:\n  key: [", b"config: \xe9t\xe9", b"config: {since: 2026-02-30}"])
def test_a_file_that_is_no_yaml_is_told_in_one_sentence_with_its_name(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "Pulumi.local.yaml").write_bytes(content)
    with pytest.raises(SandboxError, match=r"^/.*/Pulumi\.local\.yaml cannot be read: .*; mend it, or [^\n]*$"):
        stack_choices(tmp_path)


def test_a_mistake_in_the_yaml_is_told_with_its_line_and_not_with_its_text(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.local.yaml").write_text("config:\n  password: {hunter2\n")
    with pytest.raises(SandboxError, match="in line 3") as caught:
        stack_choices(tmp_path)
    assert "hunter2" not in str(caught.value)


def test_a_stack_file_that_is_a_folder_is_told_in_the_same_way(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.local.yaml").mkdir()
    with pytest.raises(SandboxError, match=r"Pulumi\.local\.yaml cannot be read: .*directory"):
        stack_choices(tmp_path)
