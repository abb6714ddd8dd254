"""What is said of an object of somebody else under a name that the stack wants."""

import pytest

from components.foreign_objects import conflict
from components.stack_file import StackFile

STACK = StackFile("local")
TEXT = 'Apply failed with 2 conflicts: conflicts with "kubectl-create" using v1:\n- .spec.ports\n- .spec.selector'


def told(type_: str = "kubernetes:core/v1:Service", errors: str = TEXT, namespace: str | None = "shop") -> str:
    metadata = {"name": "web", **({"namespace": namespace} if namespace else {})}
    return conflict(type_, {"metadata": metadata}, errors, STACK, lambda: "sandbox")


def test_it_names_the_object_its_owner_and_what_to_type() -> None:
    assert told().splitlines() == [
        "Service web in namespace shop is not this stack's, but that of kubectl-create; it was left as it is. Type:",
        "    kubectl --context sandbox -n shop get service web -o yaml --show-managed-fields  # what it is",
        "    kubectl --context sandbox -n shop delete service web  # when nobody needs it; then pulumi up -s local",
        "    pulumi config set --path app.namespace '<name>' -s local  # when somebody does: a place of its own",
    ]


def test_each_owner_is_named_once_and_a_kind_of_a_group_with_it() -> None:
    several = f'{TEXT}\nconflict with "helm" using apps/v1: .spec.replicas\nconflict with "helm" using v1: .a'
    found = told("kubernetes:apps/v1:Deployment", several)
    assert found.startswith("Deployment web in namespace shop is not this stack's, but that of kubectl-create, helm;")
    assert "delete deployment.apps web" in found


def test_what_is_of_no_namespace_is_looked_at_in_none() -> None:
    found = told("kubernetes:core/v1:Namespace", namespace=None)
    assert found.startswith("Namespace web is not this stack's")
    assert "kubectl --context sandbox get namespace web" in found


@pytest.mark.parametrize("errors", ["", "the Service was not ready", "a conflict: try again"])
def test_of_another_failure_nothing_is_said(errors: str) -> None:
    assert told(errors=errors) == ""
