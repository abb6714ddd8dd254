"""An admission policy on a namespace: only images of another registry may run there."""

import json
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from tests.faults.guarded import App

_SECONDS = 30
_API = "admissionregistration.k8s.io/v1"
_MESSAGE = "images must come from allowed.example.com"


@contextmanager
def allowed_registries(app: App, namespace: str, seed: str) -> Generator[None]:
    """The policy is enforced inside of the block."""
    name = f"allowed-registries-{seed}"
    rules = [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"]}]
    expression = "object.spec.containers.all(c, c.image.startsWith('allowed.example.com/'))"
    policy = {
        "apiVersion": _API,
        "kind": "ValidatingAdmissionPolicy",
        "metadata": {"name": name},
        "spec": {
            "failurePolicy": "Fail",
            "matchConstraints": {"resourceRules": rules},
            "validations": [{"expression": expression, "message": _MESSAGE}],
        },
    }
    # The API server gives every namespace this label.
    matched = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": namespace}}}
    binding = {
        "apiVersion": _API,
        "kind": "ValidatingAdmissionPolicyBinding",
        "metadata": {"name": name},
        "spec": {"policyName": name, "validationActions": ["Deny"], "matchResources": matched},
    }
    with _applied(app, policy), _applied(app, binding):
        _until_refused(app, namespace)
        yield


_PROBE = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "probe"},
    "spec": {
        # As the namespace's own rules want it: they are asked first.
        "securityContext": {"runAsNonRoot": True, "runAsUser": 1654, "seccompProfile": {"type": "RuntimeDefault"}},
        "containers": [
            {
                "name": "probe",
                "image": "example.com/x:1",
                "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
            }
        ],
    },
}


def _until_refused(app: App, namespace: str) -> None:
    """A policy is enforced a moment after it was made."""
    deadline = time.monotonic() + _SECONDS
    while time.monotonic() < deadline:
        done = _kubectl(app, "-n", namespace, "apply", "--dry-run=server", "-f", "-", text=json.dumps(_PROBE))
        if _MESSAGE in done.stderr:
            return
    message = "the policy is not enforced"
    raise AssertionError(message)


@contextmanager
def _applied(app: App, body: dict[str, Any]) -> Generator[None]:
    done = _kubectl(app, "apply", "-f", "-", text=json.dumps(body))
    assert done.returncode == 0, done.stderr
    try:
        yield
    finally:
        _kubectl(app, "delete", body["kind"], body["metadata"]["name"])


def _kubectl(app: App, *words: str, text: str | None = None) -> subprocess.CompletedProcess[str]:
    command, environment = ["kubectl", *words], app.project.environment
    return subprocess.run(command, input=text, text=True, env=environment, capture_output=True, check=False)
