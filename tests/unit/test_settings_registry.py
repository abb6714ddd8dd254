"""A local stack with a registry, or with what loads its image into the nodes."""

from typing import Any

import pytest
from pydantic import ValidationError

from components.settings_conflicts import ConflictError
from components.settings_registry import RegistrySettings


def conflict(**keys: str) -> ConflictError:
    with pytest.raises(ValidationError) as caught:
        RegistrySettings.model_validate(keys)
    (error,) = caught.value.errors()
    context: dict[str, Any] = error.get("ctx", {})
    found = context["error"]
    assert isinstance(found, ConflictError)
    return found


def test_a_registry_is_the_default_and_has_a_host() -> None:
    settings = RegistrySettings.model_validate({"host": "localhost:5001"})
    assert (settings.load, settings.host) == ("registry", "localhost:5001")
    assert "neither where the image is pushed (host) nor what loads it" in str(conflict())
    assert list(conflict().mends) == [(("host",), "localhost:5001")]


@pytest.mark.parametrize("tool", ["kind", "minikube", "k3d"])
def test_what_is_loaded_has_a_host_that_is_no_registry(tool: str) -> None:
    assert RegistrySettings.model_validate({"load": tool}).host == "loaded.invalid"


@pytest.mark.parametrize("keys", [{"host": "localhost:5001"}, {"username": "ci"}, {"host": "r.io", "username": "ci"}])
def test_keys_of_a_registry_are_of_no_use_where_there_is_none(keys: dict[str, str]) -> None:
    found = conflict(load="kind", **keys)
    assert f"{' and '.join(keys)} is for a registry, and kind loads the image without one" == str(found)
    assert list(found.mends) == [((key,), None) for key in keys]
