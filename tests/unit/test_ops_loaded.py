"""What is said of a stack whose image is loaded into the nodes: no registry is asked, and none is wrong."""

from pathlib import Path
from typing import Any

import pytest

from components.settings import Secrets
from components.settings_models import LocalSettings
from components.stack_file import StackFile
from ops.checks.finding import Name, State
from ops.checks.registry import check_registry
from ops.rollback import Which, find_back
from ops.stack_errors import StackError
from ops.stack_pods import look_at
from ops.verify import ImageProof, Use, Verdict
from ops.verify_document import document
from ops.verify_health import findings
from tests.unit import stack_exports as export
from tests.unit.local_machine import settings
from tests.unit.verified_place import place, shown, stack_of

NAME = f"loaded.invalid/team/web:{'0123456789abcdef' * 2}"
BY_NODE = f"docker.io/library/import-2026-11-26@sha256:{'1' * 64}"


def pod(image: str) -> dict[str, Any]:
    status: dict[str, Any] = {"name": "web", "imageID": BY_NODE, "ready": True, "state": {"running": {}}}
    return {
        "metadata": {"name": "web-1"},
        "spec": {"nodeName": "node-1", "containers": [{"name": "web", "image": image}]},
        "status": {"phase": "Running", "containerStatuses": [status]},
    }


def test_what_a_node_calls_it_is_no_difference_to_the_state() -> None:
    found = look_at(pod(NAME), {"web": NAME})
    assert (found.images, found.differs) == ({"web": NAME}, ())
    assert look_at(pod(f"{NAME[:-1]}0"), {"web": NAME}).differs == ("web",)


def test_it_is_neither_pullable_nor_unknown() -> None:
    use = Use(image=NAME, namespace="shop", by=("state",), pod_spec={})
    assert ImageProof(use, None).verdict is Verdict.LOADED


def test_verify_says_that_it_is_loaded_and_finds_nothing_wrong() -> None:
    with place() as here:
        here.cluster.lists["pods"] = []
        found = here.verified(image=NAME)
        asked = here.registry.asked
    (proof,) = found.images
    wrong = [each.text for each in findings(found) if NAME in each.text]
    assert (proof.verdict, wrong, asked) == (Verdict.LOADED, [], [])
    assert "is loaded into the nodes, and in no registry" in shown(found)
    assert document(found, [])["images"][0]["verdict"] == "loaded"


class Settled:
    """As far as the check looks."""

    def __init__(self, settings: LocalSettings) -> None:
        self.stack, self.secrets, self.settings = StackFile("local"), Secrets(), settings


@pytest.mark.parametrize("cluster", ["kind-dev", "not-there"])
def test_doctor_says_who_loads_it_or_what_hinders_that(cluster: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    stack = settings("local", cluster={"context": cluster}, registry={"load": "kind"})
    assert isinstance(stack, LocalSettings)
    settled: Any = Settled(stack)
    (found,) = check_registry(settled)
    assert (found.check, found.state) == (Name.REGISTRY, State.PROBLEM)
    assert "kind is not installed" in found.what
    monkeypatch.setattr("shutil.which", str)
    (found,) = check_registry(settled)
    assert (found.check, found.state) == (Name.REGISTRY, State.OK)
    assert "kind loads the image into the nodes" in found.what


def test_there_is_no_digest_to_roll_back_to(tmp_path: Path) -> None:
    stack = stack_of(export.exported(export.root(image=NAME), export.deployment(NAME)))
    with pytest.raises(StackError, match="is loaded into the nodes and is in no registry, so it has no digest"):
        find_back(stack, tmp_path, Which.APP)


def test_a_stack_without_a_cli_has_none_to_take_back(tmp_path: Path) -> None:
    stack = stack_of(export.exported(export.root(image=NAME), export.deployment(NAME)))
    with pytest.raises(StackError, match="runs no CLI"):
        find_back(stack, tmp_path, Which.CLI)
