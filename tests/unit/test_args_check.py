"""Arguments of a PipelineApp that cannot work are refused together, whoever's program they come from."""

from typing import Any, cast

import pulumi
import pytest

from components.args_check import check_args, one_refusal
from components.errors import ConfigError, InvalidValueError

LEAST: dict[str, Any] = {"image": "r.example.com/web@sha256:" + "a" * 64, "namespace": "web", "port": 8080}


def refused(**args: Any) -> str:
    with pytest.raises(ConfigError) as caught:
        check_args("web", {**LEAST, **args})  # pyright: ignore[reportArgumentType]
    return str(caught.value)


def test_the_least_is_enough_and_everything_may_be_given() -> None:
    check_args("web", {**LEAST})  # pyright: ignore[reportArgumentType]
    everything = {
        "name": "shop",
        "replicas": 0,
        "ingress": {"host": "shop.example.com", "class_name": "x", "tls_secret": "cert", "url_port": None},
        "autoscaling": None,
        "environment": {"MODE": "fast"},
        "secrets": {"API_KEY": "x"},
        "config_files": {"app.json": "{}"},
        "volumes": {"data": {"path": "/data"}},
        "labels": {"example.com/team": "blue", "empty": ""},
        "egress": [{"cidr": "10.0.0.0/8"}],
        "run_as_user": 20000,
        "guard": {"kubeconfig": "", "rehearsal": "off", "rehearsal_seconds": 60, "target": "aks"},
    }
    check_args("web", {**LEAST, **everything})  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("args", "text"),
    [
        ({"replicas": -1}, "replicas: must be greater than or equal to 0, not -1"),
        ({"port": 0}, "port: 0 is not a port"),
        ({"port": "8080"}, "port: must be a valid integer, not '8080'"),
        ({"run_as_user": 0}, "run_as_user: must be greater than or equal to 1, not 0"),
        ({"ingress": {"host": "A_b", "class_name": "x"}}, "ingress.host: 'A_b' is not a host name"),
        ({"config_files": {"a/b": ""}}, "config_files['a/b']: 'a/b' is not a file name"),
        ({"volumes": {"v" * 60: {"path": "/data"}}}, "is not the name of a volume"),
        ({"volumes": {"data": {"path": "/proc"}}}, "volumes['data'].path: '/proc' is not a folder to mount at"),
        ({"labels": {"x y": "a"}}, "labels['x y']: 'x y' is not the name of a label"),
        ({"labels": {"x": "a b"}}, "labels['x']: 'a b' is no label's value"),
        ({"egress": [{"cidr": "10.0.0.1"}]}, "egress[0].cidr: '10.0.0.1' is not a range of addresses"),
        ({"environment": {"A": "1"}, "secrets": {"A": "2"}}, "A is both in environment and in secrets"),
        ({"guard": {"kubeconfig": "", "rehearsal": "of"}}, "guard.rehearsal: must be 'pull' or 'off', not 'of'"),
        (
            {"guard": {"kubeconfig": "", "target": "azure"}},
            "guard.target: must be 'aks', 'eks', 'gke', 'local' or 'any'",
        ),
        ({"autoscaling": {"min_replicas": 0, "max_replicas": 2, "cpu_percent": 70}}, "autoscaling.min_replicas: must"),
    ],
)
def test_what_cannot_work_is_named(args: dict[str, Any], text: str) -> None:
    assert text in refused(**args)


def test_all_of_it_is_named_at_once() -> None:
    lines = refused(replicas=-1, port=70000, drain_seconds=-5).splitlines()
    assert lines[0] == "PipelineApp 'web' cannot work:"
    assert len(lines) == 4


def test_secrets_as_files_may_have_the_name_of_a_variable() -> None:
    both = {**LEAST, "environment": {"A": "1"}, "secrets": {"A": "2"}, "secrets_as_files": True}
    check_args("web", both)  # pyright: ignore[reportArgumentType]


def test_outputs_are_the_clusters_to_judge() -> None:
    # An output needs an engine; its class is enough here.
    unknown = cast("Any", object.__new__(pulumi.Output))
    check_args("web", {**LEAST, "ingress": {"host": unknown, "class_name": "x"}})  # pyright: ignore[reportArgumentType]


def test_what_is_refused_later_is_one_message_too() -> None:
    reason = "gives a rollout 10 s"
    with pytest.raises(ConfigError, match="PipelineApp 'web' cannot work:\n  gives a rollout 10 s"), one_refusal("web"):
        raise InvalidValueError(reason)
