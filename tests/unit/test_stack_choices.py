"""What the sandbox reads of the stack file, whatever stands in it."""

from pathlib import Path

import pytest

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


@pytest.mark.parametrize("text", [None, "", "[", "config: []", "config: {'monadic-pipeline:cluster': sandbox}"])
def test_a_stack_file_that_cannot_be_read_counts_as_saying_nothing(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "Pulumi.local.yaml").write_text(text)
    assert stack_choices(tmp_path).context == "sandbox"
