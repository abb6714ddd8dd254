"""The state of a stack, read from an export."""

import json
from datetime import UTC, datetime

import pytest

from ops.state import Secret, StateError, read_state, revealed
from tests.unit import stack_exports as export
from tests.unit.stack_exports import PASSWORD, PROVIDER, Json, exported, secret


def test_an_export_is_its_resources_outputs_and_time() -> None:
    state = read_state(export.whole("kubeconfig"))
    assert state.stack == ("monadic-pipeline", "local")
    assert state.written == datetime(2026, 1, 5, 9, 57, 0, 123456, tzinfo=UTC)
    assert state.outputs["url"] == "http://shop.localhost:8080"
    (found,) = state.of_type("kubernetes:apps/v1:Deployment")
    assert (found.name, found.id, found.provider) == ("web", "shop/web", export.REFERENCE)
    assert found.created == datetime(2026, 1, 5, 9, 50, tzinfo=UTC)
    assert state.pending == ()


def test_the_name_of_a_resource_may_have_colons_and_a_type_its_parents() -> None:
    (found,) = read_state(exported(export.resource("a:b:C", "x::y", parent="p:q:R$"))).resources
    assert (found.name, found.type) == ("x::y", "a:b:C")


def test_secrets_are_read_and_never_shown() -> None:
    nested = {"list": [secret({"inner": secret(PASSWORD)})], "plain": "seen"}
    state = read_state(exported(export.root(hidden=secret(PASSWORD)), export.resource("a:b:C", "x", inputs=nested)))
    assert state.outputs["hidden"] == Secret(PASSWORD)
    assert revealed(state.resources[1].inputs) == {"list": [{"inner": PASSWORD}], "plain": "seen"}
    assert PASSWORD not in repr(state)
    assert PASSWORD not in f"{state.outputs}"
    with pytest.raises(TypeError):
        json.dumps(state.outputs)


def test_a_secret_that_is_still_encrypted_has_no_value() -> None:
    state = read_state(exported(export.root(hidden=export.encrypted())))
    assert state.outputs["hidden"] == Secret(None)


def test_operations_that_did_not_end_are_kept() -> None:
    begun: Json = {"type": "creating", "resource": export.deployment()}
    state = read_state(exported(pending=(begun,)))
    ((kind, name),) = [(each.kind, each.resource.name) for each in state.pending]
    assert (kind, name) == ("creating", "web")
    assert state.stack == ("monadic-pipeline", "local")


def test_what_waits_for_its_removal_is_not_found_by_type() -> None:
    old = export.provider("old") | {"delete": True}
    state = read_state(exported(old, export.provider("new")))
    assert len(state.resources) == 2
    assert [each.goes for each in state.of_type("pulumi:providers:kubernetes")] == [False]
    found = state.by_urn(PROVIDER)
    assert found is not None
    assert revealed(found.inputs)["kubeconfig"] == "new"


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "{}", '"deployment"'])
def test_what_is_no_export_is_told_without_its_text(text: str) -> None:
    with pytest.raises(StateError, match="what pulumi answers is not"):
        read_state(text)


@pytest.mark.parametrize("deployment", [None, {}, {"manifest": {"time": "0001-01-01T00:00:00Z"}}])
def test_a_stack_that_was_never_deployed_has_nothing(deployment: Json | None) -> None:
    state = read_state(json.dumps({"version": 3, "deployment": deployment}))
    assert (state.resources, state.written, state.outputs, state.stack) == ((), None, {}, ("", ""))
