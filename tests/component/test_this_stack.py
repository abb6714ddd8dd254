"""The running stack by the name that a command finds it by, whoever types it."""

import pulumi
import pytest

from components.this_stack import this_stack


@pytest.mark.parametrize(
    ("organization", "name"), [(None, "aks"), ("", "aks"), ("organization", "aks"), ("acme", "acme/aks")]
)
def test_the_organization_is_said_where_a_backend_has_one(
    organization: str | None, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulumi, "get_organization", lambda: organization)
    monkeypatch.setattr(pulumi, "get_stack", lambda: "aks")
    file = this_stack()
    assert file.stack == name
    assert file.name == "Pulumi.aks.yaml"
    assert file.set(("app", "replicas"), 2) == f"pulumi config set --path app.replicas 2 -s {name}"
