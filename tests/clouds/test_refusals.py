"""What a cloud refuses on the real engine: one message with key and command, and the next run goes on from there."""

from pathlib import Path

import pytest
import yaml

from sandbox.clouds.behaviour import Failure
from sandbox.clouds.google.seeds import api
from tests.clouds.conftest import MakeStack
from tests.clouds.sky import Sky
from tests.e2e.project import ROOT

_TEXTS = yaml.safe_load((ROOT / "tests" / "unit" / "cloud_error_texts.yaml").read_text())
_MADE = (
    "role given already",
    "no right to give roles",
    "cores",
    "registry's name taken",
    "version of AKS",
    "EKS cluster there",
    "no right to attach",
    "version of EKS",
    "partition",
    "vCPUs",
    "GKE cluster there",
    "API off",
    "no right to give reader",
    "quota of Google Cloud",
)
"""Cases of that file whose resource each committed stack makes."""
_GOES_ON = ("no right to give roles", "no right to attach", "quota of Google Cloud")
"""Those after which the next run is tried too, one for each cloud."""
CASES = [each for each in _TEXTS if each["case"] in _MADE]
EXISTING = {
    "aks": {"mode": "existing", "name": "nowhere", "resourceGroup": "nowhere"},
    "eks": {"mode": "existing", "name": "nowhere", "region": "eu-central-1"},
    "gke": {"mode": "existing", "name": "nowhere", "project": "my-project", "location": "europe-west1-b"},
}


def test_every_case_is_one_of_the_file() -> None:
    assert {each["case"] for each in CASES} == set(_MADE)


@pytest.mark.e2e
@pytest.mark.sampled(1, True)
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['target']}-{case['case'].replace(' ', '-')}")
def test_a_refused_piece_is_told_with_key_and_command(case: dict[str, str], make_stack: MakeStack, sky: Sky) -> None:
    target = case["target"]
    stack = make_stack(target)
    sky.behave(target, failures=[Failure(token=case["type"], message=case["text"])])
    refused = stack.up()
    assert refused.code != 0, refused.output
    assert case["key"] in refused.output, refused.output
    assert case["command"].replace("-s prod", f"-s {stack.stack}") in refused.output, refused.output
    assert "Traceback" not in refused.output
    if case["case"] in _GOES_ON:
        sky.behave(target)
        stack.must_up()


@pytest.mark.e2e
@pytest.mark.parametrize("target", sorted(EXISTING))
def test_a_cluster_that_is_not_there_is_told_at_preview(target: str, make_stack: MakeStack, sky: Sky) -> None:
    stack = make_stack(target)
    _replace(stack.stack_file, "cluster", EXISTING[target])
    # A project that has no cluster may have its API off, which would be told in place of it.
    needed = [api("my-project", "container")] if target == "gke" else []
    known = {each.id for each in sky.of(target)}
    with sky.having([each for each in needed if each.id not in known]):
        refused = stack.pulumi("preview")
    assert refused.code != 0, refused.output
    assert f"{stack.stack_file.name}: 1 mistake, nothing was changed" in refused.output, refused.output
    assert "cluster" in refused.output
    assert "nowhere" in refused.output
    assert "Traceback" not in refused.output


def _replace(file: Path, section: str, value: dict[str, str]) -> None:
    document = yaml.safe_load(file.read_text())
    document["config"][f"monadic-pipeline:{section}"] = value
    file.write_text(yaml.safe_dump(document, sort_keys=False))
