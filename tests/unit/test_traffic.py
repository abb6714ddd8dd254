"""Services and Ingresses, where they differ from cloud to cloud."""

from typing import Any

from components.pipeline_args import PipelineAppArgs
from components.traffic import ingress_spec, service_annotations, service_spec

APP: PipelineAppArgs = {"image": "r.io/web@sha256:" + "0" * 64, "namespace": "apps", "port": 8080}


def test_an_ingress_without_a_host_takes_every_host() -> None:
    spec: Any = ingress_spec({"class_name": "nginx", "tls_secret": "cert"}, "web")
    (rule,) = spec["rules"]
    assert {*rule} == {"http"}
    assert spec["tls"] == [{"secret_name": "cert"}]


def test_a_class_by_annotation_is_not_given_twice() -> None:
    old = {"kubernetes.io/ingress.class": "gce"}
    assert "ingress_class_name" not in ingress_spec({"class_name": "gce", "annotations": old}, "web")
    new: Any = ingress_spec({"class_name": "gce", "annotations": {"a": "b"}}, "web")
    assert new["ingress_class_name"] == "gce"


def test_a_service_behind_an_ingress_is_inside_and_not_waited_for() -> None:
    args: PipelineAppArgs = {**APP, "ingress": {"class_name": "nginx", "annotations": {"a": "b"}}}
    spec: Any = service_spec(args, {})
    assert spec["type"] == "ClusterIP"
    assert "load_balancer_class" not in spec
    assert service_annotations(args) == service_annotations(APP) == {"pulumi.com/skipAwait": "true"}
