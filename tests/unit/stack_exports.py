"""What `pulumi stack export --show-secrets` prints of a stack `local`, cut down to what is read of it."""

import json
from typing import Any

Json = dict[str, Any]

STACK, PROJECT = "local", "monadic-pipeline"
DIGEST, OTHER = f"sha256:{'a' * 64}", f"sha256:{'b' * 64}"
REPOSITORY = "127.0.0.1:5050/monadic-pipeline-webapi"
IMAGE = f"{REPOSITORY}@{DIGEST}"
APP, NAMESPACE = "web", "shop"
WRITTEN = "2026-01-05T09:57:00.123456789Z"
PASSWORD = "canary-of-the-state"
APP_PARENT = "pipeline:index:PipelineApp$"


def urn(kind: str, name: str, stack: str = STACK, project: str = PROJECT) -> str:
    return f"urn:pulumi:{stack}::{project}::{kind}::{name}"


def secret(value: object) -> Json:
    """A secret as `--show-secrets` gives it: its plain text is JSON."""
    marks = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}
    return {**marks, "plaintext": json.dumps(value)}


def encrypted() -> Json:
    """A secret as it stands in a state that nobody decrypted."""
    return {**secret(None), "plaintext": None, "ciphertext": "v1:abc"}


def resource(kind: str, name: str, identifier: str = "", *, parent: str = "", **more: Any) -> Json:
    marks = {"created": "2026-01-05T09:50:00Z", "modified": "2026-01-05T09:50:00Z"} if identifier else {}
    of = {"urn": urn(f"{parent}{kind}", name), "custom": bool(identifier), "type": kind}
    return {**of, **({"id": identifier} if identifier else {}), **marks, **more}


def root(**outputs: Any) -> Json:
    return resource("pulumi:pulumi:Stack", f"{PROJECT}-{STACK}", outputs=outputs)


PROVIDER = urn("pulumi:providers:kubernetes", "local")
REFERENCE = f"{PROVIDER}::1f0c"


def provider(kubeconfig: str, context: str = "c") -> Json:
    inputs = {"kubeconfig": secret(kubeconfig), "context": context, "clusterIdentifier": f"local/{context}"}
    return resource("pulumi:providers:kubernetes", "local", "1f0c", inputs=inputs, outputs=inputs)


def kubernetes(kind: str, name: str, inputs: Json, outputs: Json | None = None, **more: Any) -> Json:
    metadata = {"name": name, "namespace": NAMESPACE, "labels": {"app.kubernetes.io/name": name}}
    given = {"metadata": metadata, **inputs}
    place = f"{NAMESPACE}/{name}"
    return resource(
        f"kubernetes:{kind}",
        name,
        place,
        parent=APP_PARENT,
        inputs=given,
        outputs=outputs or given,
        provider=REFERENCE,
        **more,
    )


def pod_template(image: str = IMAGE, name: str = APP, path: str = "/ready") -> Json:
    container = {"name": name, "image": image, "readinessProbe": {"httpGet": {"path": path, "port": "http"}}}
    spec = {"containers": [container], "imagePullSecrets": [{"name": "registry-pull"}]}
    return {"metadata": {"labels": labels(name)}, "spec": spec}


def labels(name: str = APP) -> Json:
    return {"app.kubernetes.io/name": name, "app.kubernetes.io/instance": name}


def deployment(image: str = IMAGE, name: str = APP, path: str = "/ready", **more: Any) -> Json:
    return kubernetes("apps/v1:Deployment", name, {"spec": {"template": pod_template(image, name, path)}}, **more)


def service(name: str = APP, kind: str = "ClusterIP", selector: Json | None = None) -> Json:
    spec = {"type": kind, "selector": labels(name) if selector is None else selector}
    return kubernetes("core/v1:Service", name, {"spec": spec})


def ingress(backend: str = APP) -> Json:
    path = {"path": "/", "pathType": "Prefix", "backend": {"service": {"name": backend, "port": {"name": "http"}}}}
    return kubernetes("networking.k8s.io/v1:Ingress", APP, {"spec": {"rules": [{"http": {"paths": [path]}}]}})


def pull_secret(host: str = "127.0.0.1:5050") -> Json:
    config = json.dumps({"auths": {host: {"username": "pipeline", "password": PASSWORD}}})
    inputs = {
        "metadata": {"name": "registry-pull", "namespace": NAMESPACE},
        "type": "kubernetes.io/dockerconfigjson",
        "stringData": {".dockerconfigjson": secret(config)},
    }
    return kubernetes("core/v1:Secret", "registry-pull", inputs, {})


def exported(*resources: Json, pending: tuple[Json, ...] = (), written: str = WRITTEN) -> str:
    deployed: Json = {
        "manifest": {"time": written, "magic": "0", "version": "v3.274.1"},
        "secrets_providers": {"type": "passphrase", "state": {"salt": "v1:abc="}},
        "metadata": {},
    }
    if resources:  # left out by pulumi where there are none
        deployed["resources"] = list(resources)
    if pending:
        deployed["pending_operations"] = list(pending)
    return json.dumps({"version": 3, "deployment": deployed}, indent=4)


def whole(kubeconfig: str = "", url: str = "http://shop.localhost:8080", image: str = IMAGE) -> str:
    """A stack as this project's program makes it."""
    return exported(
        root(url=url, image=image, namespace=NAMESPACE, target="local"),
        provider(kubeconfig),
        pull_secret(),
        deployment(image),
        service(),
        ingress(),
    )


def stateful_set(image: str = IMAGE, name: str = "db") -> Json:
    return kubernetes("apps/v1:StatefulSet", name, {"spec": {"template": pod_template(image, name, "/readyz")}})
