"""Arguments as the engine hands them over, and as the component takes them."""

from typing import Any, cast

import pulumi
import pytest
from pulumi.errors import InputPropertiesError

from components.pipeline_app import PipelineApp
from package import names
from package.analysis import AppAnalyzer
from package.arguments import Arguments

IMAGE = f"registry.example.com/web@sha256:{'1' * 64}"
NEEDED = {"image": IMAGE, "namespace": "web"}

ANALYZER = AppAnalyzer("pipeline")
APP = ANALYZER.analyze([PipelineApp])["component_definitions"]["PipelineApp"]


def arguments(**given: Any) -> dict[str, Any]:
    return Arguments(ANALYZER.type_definitions).of({**NEEDED, **given}, APP.inputs, APP.inputs_mapping)


def refused(**given: Any) -> dict[str, str]:
    """What is wrong, by place."""
    with pytest.raises(InputPropertiesError) as caught:
        arguments(**given)
    return {each["property_path"]: each["reason"] for each in caught.value.errors or []}


def test_names_are_pythons_at_every_depth_and_keys_of_maps_stay() -> None:
    given = arguments(
        servicePort=80.0,
        ingress={"className": "nginx", "tlsSecret": "tls"},
        volumes={"myData": {"path": "/data", "readOnly": True, "configMap": "x"}},
        environment={"myName": "a"},
        egress=[{"cidr": "10.0.0.0/8", "ports": [443.0]}],
    )
    assert given == {
        **NEEDED,
        "service_port": 80,
        "ingress": {"class_name": "nginx", "tls_secret": "tls"},
        "volumes": {"myData": {"path": "/data", "read_only": True, "config_map": "x"}},
        "environment": {"myName": "a"},
        "egress": [{"cidr": "10.0.0.0/8", "ports": [443]}],
    }


def test_numbers_that_came_as_floats_are_whole_again() -> None:
    given = arguments(port=8080.0, autoscaling={"minReplicas": 1.0, "maxReplicas": 3.0, "cpuPercent": 70.0})
    assert [type(given["port"]), *map(type, given["autoscaling"].values())] == [int, int, int, int]


def test_seconds_of_a_fresh_right_may_be_a_fraction() -> None:
    assert arguments(guard={"kubeconfig": "k", "freshSeconds": 0.5})["guard"] == {
        "kubeconfig": "k",
        "fresh_seconds": 0.5,
    }


def test_an_ingress_without_a_class_is_a_load_balancer_as_in_python() -> None:
    assert arguments(ingress={"host": "a.example.com"})["ingress"] == {"class_name": None, "host": "a.example.com"}


def test_what_is_none_is_not_given() -> None:
    assert arguments(port=None, ingress=None) == NEEDED


def output() -> Any:
    """An output needs an engine; its class is enough here. Not at the top of the file: pytest would look into it."""
    return object.__new__(cast("Any", pulumi.Output))


def test_outputs_and_secrets_are_taken_where_another_resource_may_give_the_value() -> None:
    value = output()
    given = arguments(image=value, secrets={"TOKEN": value}, imagePullSecrets=[value], guard={"kubeconfig": value})
    assert given["image"] is value
    assert (given["secrets"]["TOKEN"] is value, given["image_pull_secrets"][0] is value) == (True, True)
    assert given["guard"]["kubeconfig"] is value


def test_a_number_that_is_none_is_refused() -> None:
    assert refused(port=float("inf"), replicas=float("nan")) == dict.fromkeys(
        ("port", "replicas"), "must be a whole number"
    )


def test_an_output_where_a_value_must_be_known_is_refused() -> None:
    found = refused(port=output(), secrets=output(), guard={"kubeconfig": "k", "context": output()})
    assert set(found) == {"port", "secrets", "guard.context"}
    assert set(found.values()) == {"must be known before the app is made; an output or a secret cannot be given here"}


@pytest.mark.parametrize(
    ("given", "place", "reason"),
    [
        ({"replicaz": 1}, "replicaz", "there is no such argument; did you mean replicas?"),
        ({"service_port": 80}, "service_port", "there is no such argument; did you mean servicePort?"),
        ({"ingress": {"hots": "a"}}, "ingress.hots", "there is no such argument; did you mean host?"),
        ({"volumes": {"a": {"path": "/a", "zz": 1}}}, 'volumes["a"].zz', "there is no such argument; known are path, "
         "claim, secret, configMap, size, readOnly"),
        ({"volumes": {"a": {}}}, 'volumes["a"].path', "is missing"),
        ({"guard": {}}, "guard.kubeconfig", "is missing"),
        ({"image": None}, "image", "is missing"),
        ({"port": "8080"}, "port", "must be a whole number"),
        ({"port": 80.5}, "port", "must be a whole number"),
        ({"port": True}, "port", "must be a whole number"),
        ({"egress": [{"cidr": "10.0.0.0/8", "ports": ["https"]}]}, "egress[0].ports[0]", "must be a whole number"),
        ({"configBeside": "yes"}, "configBeside", "must be true or false"),
        ({"command": "run"}, "command", "must be a list"),
        ({"environment": ["A=b"]}, "environment", "must be a map"),
        ({"environment": {"A": 1.0}}, 'environment["A"]', "must be a text"),
        ({"ingress": "nginx"}, "ingress", "must be a map"),
        ({"guard": {"kubeconfig": "k", "freshSeconds": "soon"}}, "guard.freshSeconds", "must be a number"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_place(given: dict[str, Any], place: str, reason: str) -> None:
    assert refused(**given) == {place: reason}


def test_all_mistakes_are_told_at_once() -> None:
    assert set(refused(port="a", zz=1, command="b", namespace=None)) == {"port", "zz", "command", "namespace"}


def test_what_the_component_refuses_is_told_in_the_names_of_the_reader() -> None:
    known = names.from_python([APP.inputs_mapping, *names.mappings(ANALYZER.type_definitions)])
    said = "PipelineApp 'web' cannot work:\n  run_as_user: must be 1\n  ingress.tls_secret: my_own_name"
    assert names.in_text(said, known) == said.replace("run_as_user", "runAsUser").replace("tls_secret", "tlsSecret")
