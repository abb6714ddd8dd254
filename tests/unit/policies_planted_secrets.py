"""Secrets in clear: name → the code that finds it, and the change that plants it."""

import base64
from collections.abc import Mapping
from typing import Any

from tests.unit.policies_world import BUILD, HOST, TAG, Made, object_of

WEB = "deployment/spec/template/spec/containers/0"
HIDDEN = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": "hunter2"}
"""A secret of Pulumi's."""
_ASKS = {"exec": {"command": ["redis-cli", "--password=hunter2", "ping"]}}
_LOGIN = {
    "httpGet": {"port": "http", "httpHeaders": [{"name": "Authorization", "value": "Basic YWRtaW46aHVudGVyMg=="}]}
}


def encoded(text: str) -> str:
    """As `binaryData` has it."""
    return base64.b64encode(text.encode()).decode()


def chart(**values: Any) -> Made:
    """A Helm release with values."""
    return Made("kubernetes:helm.sh/v3:Release", {"chart": "postgresql", "values": values})


_SECRETS: Mapping[str, Mapping[str, Any]] = {
    "a password in a variable": {f"{WEB}/env/0": {"name": "DB_PASSWORD", "value": "hunter2"}},
    "a secret of Pulumi's in a variable": {f"{WEB}/env/0": {"name": "DB_PASSWORD", "value": HIDDEN}},
    "a secret of Pulumi's in a ConfigMap": {"config/data": {"DB_PASSWORD": HIDDEN}},
    "a password in a command": {f"{WEB}/args": ["--password=hunter2"]},
    "a password in a probe": {f"{WEB}/livenessProbe": _ASKS},
    "a password in the probe of a start": {f"{WEB}/startupProbe": _ASKS},
    "a password in a hook": {f"{WEB}/lifecycle": {"preStop": _ASKS}},
    "a login in a probe": {f"{WEB}/readinessProbe": _LOGIN},
    "a login in a hook": {f"{WEB}/lifecycle": {"postStart": _LOGIN}},
    "a secret of Pulumi's in a header": {
        f"{WEB}/readinessProbe": {"httpGet": {"port": "http", "httpHeaders": [{"name": "X-Api-Key", "value": HIDDEN}]}}
    },
    "a password in a ConfigMap": {"config/data": {"DB_PASSWORD": "hunter2"}},
    "a connection string in a ConfigMap": {"config/data": {"app.ini": "Server=db;User Id=sa;Password=hunter2;"}},
    "a connection string in a ConfigMap, encoded": {
        "config/binaryData": {"app.ini": encoded("Server=db;User Id=sa;Password=hunter2;")}
    },
    "a password in a patch": {"other": object_of("core/v1:ConfigMapPatch", "x", data={"DB_PASSWORD": "hunter2"})},
    "a password of a chart": {"other": chart(db={"password": "hunter2"}), "namespace": None},
    "a password of a component for charts": {
        "other": Made("kubernetes:helm.sh/v4:Chart", chart(auth={"adminPassword": "hunter2"}).inputs, provider=None)
    },
    "a variable of a chart": {"other": chart(extra=[{"env": [{"name": "DB_PASSWORD", "value": "hunter2"}]}])},
    "a secret of a client, for a chart": {"other": chart(oidc={"clientSecret": "hunter2"})},
    "an address with a password, for a chart": {"other": chart(existingSecret="postgres://app:hunter2@db/app")},
    "a token in a build argument": {"image/build/args": {"NPM_TOKEN": "hunter2"}},
    "a token in a build argument of buildx": {
        "other": Made(
            BUILD,
            {"tags": [f"{HOST}/a:{TAG}"], "platforms": ["linux/amd64"], "buildArgs": {"NPM_TOKEN": "hunter2"}},
        )
    },
}
SECRETS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    **{name: ("secret-in-clear", paths) for name, paths in _SECRETS.items()},
    "manifests in files": ("secret-rendered", {"cluster-provider/renderYamlToDirectory": "out"}),
}
