"""A right on the simulated Azure that is there already, under the very name that is asked for."""

from pathlib import Path

from sandbox.clouds.azure import seeds
from tests.unit.azure_world import ACR_PULL, Azure, refused


def test_it_is_refused_in_the_words_of_the_provider_which_looks_first(tmp_path: Path) -> None:
    azure = Azure(tmp_path)
    _, registry, kubelet = azure.wired()
    azure.role(registry.id, kubelet)
    words = f"cannot create already existing resource '{registry.id}/providers/Microsoft.Authorization/roleAssignments/"
    refused(lambda: azure.role(registry.id, kubelet), words)


def test_one_that_was_there_before_a_stack_came_counts(tmp_path: Path) -> None:
    azure = Azure(tmp_path)
    _, registry, kubelet = azure.wired()
    assert azure.pull() is not None
    azure.put(seeds.role(registry, kubelet, ACR_PULL))
    assert azure.pull() is None
