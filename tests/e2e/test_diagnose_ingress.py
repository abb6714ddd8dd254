"""`python -m ops diagnose` on real Ingresses: one that is well, an unknown class, a certificate that is not there."""

import json
from typing import Any

import pytest

from tests.e2e.project import Project, run
from tests.e2e.test_ops_status import ops

pytestmark = pytest.mark.e2e


def made(project: Project, called: str, host: str, **spec: Any) -> None:
    """One beside the app's own, to the same Service."""
    backend = {"service": {"name": "monadic-pipeline-webapi", "port": {"number": 80}}}
    rule = {"host": host, "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]}}
    head = {"name": called, "namespace": project.namespace}
    body = {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": head}
    file = project.folder / f"{called}.json"
    file.write_text(json.dumps({**body, "spec": {"rules": [rule], **spec}}))
    done = run(["kubectl", "apply", "-f", str(file)], cwd=project.folder, environment=project.environment)
    assert done.code == 0, done.output


def test_an_unknown_class_and_a_missing_certificate_are_named_and_a_good_ingress_is_not(project: Project) -> None:
    project.must_up()
    command = ("diagnose", "--context", "sandbox", "-n", project.namespace)
    for which in ((), ("deployment/monadic-pipeline-webapi",)):
        well = ops(project, *command, *which)
        assert (well.code, "nothing is wrong" in well.output) == (0, True), well.output
    made(project, "typo", f"typo.{project.stack}.localhost", ingressClassName="trafik")
    host = f"tls.{project.stack}.localhost"
    made(project, "bare", host, ingressClassName="traefik", tls=[{"hosts": [host], "secretName": "web-tls"}])

    for which in ((), ("deployment/monadic-pipeline-webapi",)):
        told = ops(project, *command, *which, "--json")
        assert told.code == 3, told.output
        found = {each["workload"]: each for each in json.loads(told.output)["diagnoses"]}
        assert {name: each["code"] for name, each in found.items()} == {
            "Ingress/typo": "ingress-class",
            "Ingress/bare": "ingress-tls",
        }
        assert found["Ingress/typo"]["text"].startswith("no IngressClass 'trafik'; there are traefik, ")
        assert found["Ingress/typo"]["text"].endswith("; did you mean traefik?")
        assert found["Ingress/bare"]["text"] == "no Secret 'web-tls'"
