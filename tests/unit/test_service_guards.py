"""What is said before a volume, a model or a service outside keeps anybody waiting."""

import json
import socket
from contextlib import closing
from typing import Any

import pytest

from components.services.claim_guard import class_fault
from components.services.model_guard import model_failure
from components.services.reach import check_services
from components.services.service import Model
from components.settings_services import ServicesSettings
from components.stack_file import StackFile, StackFileError

STACK = StackFile("dev")


def storage_class(name: str, *, default: bool = False) -> dict[str, Any]:
    annotations = {"storageclass.kubernetes.io/is-default-class": "true"} if default else {}
    return {"metadata": {"name": name, "annotations": annotations}}


def test_a_class_that_is_there_is_no_fault() -> None:
    assert class_fault("fast", [storage_class("fast")]) is None
    assert class_fault(None, [storage_class("slow"), storage_class("fast", default=True)]) is None


def test_a_class_that_is_missing_is_told_with_those_that_are_there() -> None:
    fault = class_fault("fats", [storage_class("slow"), storage_class("fast")])
    assert fault == "no StorageClass 'fats' in the cluster; there are fast, slow; did you mean fast?"
    assert class_fault("fast", []) == "no StorageClass 'fast' in the cluster; nor any other"


def test_no_default_class_is_told_where_none_is_named() -> None:
    fault = class_fault(None, [{"metadata": {"name": "slow"}}])
    assert fault == "no StorageClass of the cluster is its default, and none is named; there are slow"


def test_a_model_that_was_not_pulled_is_told_with_the_servers_words() -> None:
    status = {
        "containerStatuses": [{"state": {"terminated": {"exitCode": 1, "message": "Error: file does not exist\n"}}}]
    }
    said = model_failure(Model("lama3", 60, "pulumi config set x"), [{"status": status}])
    assert (
        said
        == "the model 'lama3' was not pulled: Error: file does not exist; for another one, type: pulumi config set x"
    )
    assert "its pods left no word" in model_failure(Model("m", 60), [{"status": {}}])


def settings(**given: dict[str, Any]) -> ServicesSettings:
    return ServicesSettings.model_validate_json(json.dumps(given))


def external(**address: str) -> ServicesSettings:
    return settings(**{name: {"mode": "external", "address": each} for name, each in address.items()})


@pytest.fixture
def closed_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_services_that_answer_pass_and_those_of_ours_are_not_asked() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        check_services(external(llm=f"http://127.0.0.1:{server.getsockname()[1]}/v1"), STACK)
    check_services(settings(llm={"mode": "in-cluster"}), STACK)


def test_every_service_that_does_not_answer_is_told_with_its_key(closed_port: int) -> None:
    silent = f"http://127.0.0.1:{closed_port}"
    with pytest.raises(StackFileError) as caught:
        check_services(external(llm=silent, traces=silent), STACK)
    text = str(caught.value)
    assert f"services.llm.address: {silent} does not answer this machine (Connection refused)" in text
    assert "services.traces.address" in text
    assert "pulumi config set --path services.llm.checkAddress false -s dev" in text


def test_a_service_that_only_the_cluster_reaches_is_not_asked(closed_port: int) -> None:
    given = {"mode": "external", "address": f"http://127.0.0.1:{closed_port}", "checkAddress": False}
    check_services(settings(vectors=given), STACK)


def test_a_name_that_nobody_knows_does_not_answer() -> None:
    with pytest.raises(StackFileError, match="does not answer this machine"):
        check_services(external(llm="http://nobody.invalid:1"), STACK)
