"""Mistakes of a stack file, each with what the program says of it."""

from typing import Any

IMAGE = {"repository": "web", "context": "webapi"}
SETTINGS: dict[str, tuple[dict[str, Any], str, tuple[str, ...]]] = {
    "unknown key": (
        {"app": {"name": "web", "replica": 1}},
        "app.replica: unknown key; did you mean replicas?",
        ("rm --path app.replica", "set --path app.replicas 1"),
    ),
    "key set without --path": (
        {"app.replicas": "3"},
        "app.replicas: is one key with a dot in its name",
        ("rm app.replicas", "set --path app.replicas 3"),
    ),
    "wrong type": (
        {"app": {"name": "web", "replicas": "2"}},
        "app.replicas: must be a valid integer",
        ("set --path app.replicas 2",),
    ),
    "negative replicas": (
        {"app": {"name": "web", "replicas": -1}},
        "must be greater than or equal to 0",
        ("set --path app.replicas 2",),
    ),
    "port out of range": (
        {"app": {"name": "web", "port": 70000}},
        "70000 is not a port",
        ("set --path app.port 8080",),
    ),
    "bad host": (
        {"app": {"name": "web", "host": "a_b.io"}},
        "underscores are not allowed",
        ("set --path app.host a-b.io",),
    ),
    "name of no service": (
        {"app": {"name": "2web"}},
        "app.name: '2web' cannot name a Service",
        ("set --path app.name web",),
    ),
    "path": (
        {"app": {"name": "web", "readyPath": "ready"}},
        "app.readyPath: 'ready' is not a path",
        ("set --path app.readyPath /ready",),
    ),
    "root": (
        {"app": {"name": "web", "runAsUser": 0}},
        "app.runAsUser: must be greater than or equal to 1",
        ("set --path app.runAsUser 1654",),
    ),
    "short rollout": (
        {"app": {"name": "web", "timeoutSeconds": 60, "minReadySeconds": 40}},
        "too little for pods",
        ("set --path app.timeoutSeconds 160",),
    ),
    "volume at tmp": (
        {"app": {"name": "web", "volumes": {"a": {"path": "/tmp"}}}},  # noqa: S108 - in the pod
        "is there already",
        ("set --path app.volumes.a.path /data",),
    ),
    "two sources": (
        {"app": {"name": "web", "volumes": {"a": {"path": "/a", "claim": "x", "secret": "y"}}}},
        "has claim and secret; a volume has one source",
        ("rm --path app.volumes.a.secret",),
    ),
    "addresses": (
        {"app": {"name": "web", "egress": [{"cidr": "10.0.0.1/8"}]}},
        "is not a range of addresses",
        ("set --path 'app.egress[0].cidr' 10.0.0.0/8",),
    ),
    "missing context": (
        {"image": IMAGE | {"context": "webpai"}},
        "webpai: there is no such folder; near are webapi",
        ("set --path image.context webapi",),
    ),
    "missing Dockerfile": (
        {"image": IMAGE | {"dockerfile": "webapi/Dockerfil"}},
        "webapi/Dockerfil: there is no such file; near are webapi/Dockerfile",
        ("set --path image.dockerfile webapi/Dockerfile",),
    ),
}
"""Mistake → what is changed, what the message says, and what it says to type, after `pulumi config`."""
