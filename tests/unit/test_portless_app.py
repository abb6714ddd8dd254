"""An app without a port: what its specs lack, and what is refused beside it."""

from typing import Any

import pytest

from components.args_check import check_args
from components.errors import ConfigError
from components.naming import selector
from components.pipeline_args import PipelineAppArgs
from components.pod import pod_spec
from components.storage import Mounted
from components.traffic import network_policy_spec

LABELS = selector("cli")
LEAST: PipelineAppArgs = {"image": "r.example.com/cli@sha256:" + "a" * 64, "namespace": "apps"}


def pod(**more: Any) -> dict[str, Any]:
    given: dict[str, Any] = {**LEAST, **more}
    return dict(pod_spec(PipelineAppArgs(**given), "cli", LABELS, Mounted("cli")))


def test_nothing_asks_its_container_for_a_port() -> None:
    (container,) = pod()["containers"]
    assert not {"ports", "startup_probe", "readiness_probe", "liveness_probe", "lifecycle"} & {*container}
    assert container["security_context"]["read_only_root_filesystem"] is True


def test_its_pod_ends_without_waiting_for_requests() -> None:
    assert pod(shutdown_seconds=20)["termination_grace_period_seconds"] == 25
    assert pod(port=80, shutdown_seconds=20)["termination_grace_period_seconds"] == 35


def test_command_and_arguments_are_the_containers() -> None:
    (container,) = pod(command=("/app/run",), args=["--watch"])["containers"]
    assert (container["command"], container["args"]) == (["/app/run"], ["--watch"])
    (plain,) = pod()["containers"]
    assert not {"command", "args"} & {*plain}


def test_nobody_may_connect_to_it_and_it_may_connect_as_every_app() -> None:
    spec: Any = network_policy_spec(LEAST, LABELS)
    assert spec["ingress"] == []
    assert spec["policy_types"] == ["Ingress", "Egress"]
    assert spec["egress"] == network_policy_spec({**LEAST, "port": 80}, LABELS).get("egress")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("service_port", 80),
        ("ready_path", "/ready"),
        ("health_path", "/health"),
        ("drain_seconds", 5),
        ("ingress", {"class_name": "nginx", "host": "web.example.com"}),
    ],
)
def test_what_is_for_a_port_is_refused_without_one(key: str, value: object) -> None:
    check_args("cli", LEAST)
    given: Any = {**LEAST, key: value}
    with pytest.raises(ConfigError, match=f"'cli' cannot work:\n  {key}: nothing listens; give port too"):
        check_args("cli", given)
    given["port"] = 80
    check_args("cli", given)
