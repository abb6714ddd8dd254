"""Mistakes in a stack file: each is named with its key, what is wrong, and what to type."""

from pathlib import Path

import pytest

from tests.unit.settings_loader import Values, checkout, local, refusal, with_


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return checkout(tmp_path)


MISTAKES: dict[str, tuple[Values, str, str]] = {
    "misspelt key": (
        with_("app", replica=3),
        "app.replica: unknown key; did you mean replicas?",
        "config rm --path app.replica -s local\n      pulumi config set --path app.replicas 3 -s local",
    ),
    "misspelt top-level key": (
        local() | {"imgae": {"repository": "x"}},
        "imgae: unknown key; did you mean image?",
        "pulumi config rm imgae -s local",
    ),
    "unlike any key": (
        with_("registry", zzz=1),
        "registry.zzz: unknown key; known here: host, load, username",
        "pulumi config rm --path registry.zzz -s local",
    ),
    "key of another case": (
        with_("app", min_ready_seconds=3),
        "did you mean minReadySeconds?",
        "pulumi config set --path app.minReadySeconds 3 -s local",
    ),
    "text for a number": (
        with_("app", replicas="two"),
        "app.replicas: must be a valid integer, not 'two'",
        "pulumi config set --path app.replicas 2 -s local",
    ),
    "number as text": (
        with_("app", port="8080"),
        "app.port: must be a valid integer, not '8080'",
        "pulumi config set --path app.port 8080 -s local",
    ),
    "negative replicas": (
        with_("app", replicas=-1),
        "app.replicas: must be greater than or equal to 0, not -1",
        "pulumi config set --path app.replicas 2 -s local",
    ),
    "port out of range": (
        with_("app", port=70000),
        "app.port: 70000 is not a port: they run from 1 to 65535",
        "pulumi config set --path app.port 8080 -s local",
    ),
    "port zero": (with_("ingress", port=0), "ingress.port: 0 is not a port", "--path ingress.port"),
    "object for text": (
        with_("app", host=["a"]),
        "app.host: must be a valid string",
        "pulumi config set --path app.host web-api.example.com -s local",
    ),
    "text for an object": (
        with_("app", resources="big"),
        "app.resources:",
        "pulumi config rm --path app.resources -s local",
    ),
    "host with a scheme": (
        with_("app", host="https://web.example.com/"),
        "it has a scheme",
        "pulumi config set --path app.host web.example.com -s local",
    ),
    "host with a port": (
        with_("app", host="web.example.com:8080"),
        "it has a port; the URL's port is ingress.port",
        "pulumi config set --path app.host web.example.com -s local",
    ),
    "cloud key in a local file": (
        local() | {"cluster": {"context": "a", "region": "eu-west-1"}},
        "cluster.region: unknown key",
        "pulumi config rm --path cluster.region -s local",
    ),
    "missing field": (
        local() | {"cluster": {"kubeconfig": "a"}},
        "cluster.context: is missing: context in the kubeconfig; `kubectl config get-contexts",
        "pulumi config set --path cluster.context kind-kind -s local",
    ),
    "neither source nor digest": (
        local() | {"image": {"repository": "web"}},
        "neither what to build (image.context) nor what to deploy (image.digest)",
        "pulumi config set --path image.context webapi -s local",
    ),
    "request above limit": (
        with_("app", resources={"requests": {"memory": "2Gi"}, "limits": {"memory": "512Mi"}}),
        "requests 2Gi memory, more than its limit of 512Mi",
        "pulumi config set --path app.resources.limits.memory 2Gi -s local",
    ),
    "amount": (
        with_("app", resources={"limits": {"cpu": "lots"}}),
        "app.resources.limits.cpu: 'lots' is not an amount",
        "--path app.resources.limits.cpu",
    ),
    "bytes for processor": (
        with_("app", resources={"requests": {"cpu": "512Mi"}}),
        "app.resources.requests.cpu: '512Mi' is not an amount of processor: it must be cores, such as 250m",
        "pulumi config set --path app.resources.requests.cpu 250m -s local",
    ),
    "thousandths of bytes": (
        with_("app", resources={"limits": {"memory": "512m"}}),
        "app.resources.limits.memory: '512m' is not an amount of bytes",
        "pulumi config set --path app.resources.limits.memory 512Mi -s local",
    ),
    "memory without a unit": (
        with_("app", resources={"limits": {"memory": 512}}),
        "'512' is 512 bytes, too little for any process",
        "pulumi config set --path app.resources.limits.memory 512Mi -s local",
    ),
    "start longer than the rollout": (
        with_("app", startSeconds=500, timeoutSeconds=300),
        "app: gives a rollout 300 s (timeoutSeconds), too little for pods that may take 500 s to start (startSeconds)",
        "pulumi config set --path app.timeoutSeconds 565 -s local",
    ),
    "time that Kubernetes cannot count": (
        with_("app", shutdownSeconds=2**31),
        "app.shutdownSeconds: must be less than or equal to 86400",
        "pulumi config set --path app.shutdownSeconds 30 -s local",
    ),
    "two volumes at one path": (
        with_("app", volumes={"a": {"path": "/data"}, "b": {"path": "/data"}}),
        "app: mounts both volumes.a and volumes.b at /data",
        "pulumi config set --path app.volumes.b.path /mnt/b -s local",
    ),
    "volume over the config files": (
        with_("app", configFiles={"a": "b"}, volumes={"a": {"path": "/etc/app/config"}}),
        "app: mounts both configFiles and volumes.a at /etc/app/config",
        "pulumi config set --path app.volumes.a.path /mnt/a -s local",
    ),
    "volume over the secrets": (
        with_("app", secretsAs="files", volumes={"a": {"path": "/etc/app/secrets"}}),
        "app: mounts both appSecrets and volumes.a at /etc/app/secrets",
        "pulumi config set --path app.volumes.a.path /mnt/a -s local",
    ),
    "volume in a secret": (
        with_("app", volumes={"a": {"path": "/a", "secret": "s"}, "b": {"path": "/a/b"}}),
        "app: mounts volumes.b at /a/b, inside of volumes.a (/a), which is read-only",
        "pulumi config set --path app.volumes.b.path /mnt/b -s local",
    ),
    "registry port out of range": (
        with_("registry", host="localhost:70000"),
        "registry.host: 70000 is not a port: they run from 1 to 65535",
        "pulumi config set --path registry.host localhost:5001 -s local",
    ),
    "boolean for an amount": (
        with_("app", resources={"limits": {"cpu": True}}),
        "app.resources.limits.cpu: must be a valid string, not True",
        "pulumi config set --path app.resources.limits.cpu 250m -s local",
    ),
    "namespace of the cluster": (
        with_("app", namespace="kube-system"),
        "'kube-system' is the cluster's own",
        "pulumi config set --path app.namespace monadic-pipeline -s local",
    ),
    "registry with a scheme": (
        with_("registry", host="http://localhost:5001"),
        "without scheme and path",
        "pulumi config set --path registry.host localhost:5001 -s local",
    ),
    "registry that docker takes for a path": (
        with_("registry", host="registry"),
        "docker takes 'registry' for a path on Docker Hub",
        "pulumi config set --path registry.host registry:5000 -s local",
    ),
    "repository with a tag": (
        with_("image", repository="Team/web:1"),
        "without a registry, tag or digest",
        "pulumi config set --path image.repository team/web -s local",
    ),
    "short digest": (
        with_("image", digest="sha256:abc"),
        "image.digest: 'sha256:abc' is not a digest",
        "--path image.digest",
    ),
    "platform": (with_("image", platform="amd64"), "'linux/amd64' or 'linux/arm64'", "linux/amd64 -s local"),
    "unknown target": (
        local() | {"target": "azure"},
        "target: must be one of aks, eks, gke, local, not 'azure'",
        "pulumi config set target local -s local",
    ),
    "no target": (
        {key: each for key, each in local().items() if key != "target"},
        "target: is missing: one of aks, eks, gke, local",
        "pulumi config set target local -s local",
    ),
    "missing context folder": (
        with_("image", context="webpai"),
        "image.context: webpai: there is no such folder; near are webapi",
        "pulumi config set --path image.context webapi -s local",
    ),
    "context is a file": (
        with_("image", context="webapi/Dockerfile"),
        "is a file, not a folder",
        "pulumi config set --path image.context webapi -s local",
    ),
    "missing Dockerfile": (
        with_("image", dockerfile="webapi/Dockerfil"),
        "image.dockerfile: webapi/Dockerfil: there is no such file; near are webapi/Dockerfile",
        "pulumi config set --path image.dockerfile webapi/Dockerfile -s local",
    ),
    "password in the environment": (
        with_("app", environment={"DB_PASSWORD": "hunter2"}),
        "app.environment.DB_PASSWORD: DB_PASSWORD looks like a secret (known by its name)",
        "pulumi config set --secret --path appSecrets.DB_PASSWORD -s local",
    ),
    "address with a password in the environment": (
        with_("app", environment={"DATABASE_URL": "postgres://app:hunter2@db/app"}),
        "app.environment.DATABASE_URL: DATABASE_URL looks like a secret (an address with a password)",
        "pulumi config set --secret --path appSecrets.DATABASE_URL -s local",
    ),
    "number as a password": (
        with_("app", environment={"DB_PASSWORD": 12345}),
        "app.environment.DB_PASSWORD: DB_PASSWORD looks like a secret",
        "pulumi config rm --path app.environment.DB_PASSWORD -s local",
    ),
    "private key in the build": (
        with_("image", buildArgs={"DEPLOY": "-----BEGIN OPENSSH PRIVATE " + "KEY-----\nhunter2"}),
        "DEPLOY looks like a secret (a private key), and a build argument can be read in the image",
        "docker build --secret id=DEPLOY,env=DEPLOY … && pulumi config set --path image.digest 'sha256:…' -s local",
    ),
    "token in the build": (
        with_("image", buildArgs={"NPM_TOKEN": "hunter2"}),
        "image.buildArgs.NPM_TOKEN: NPM_TOKEN looks like a secret",
        "pulumi config rm --path image.buildArgs.NPM_TOKEN -s local",
    ),
    "password in clear": (
        local() | {"registryPassword": "hunter2"},
        "registryPassword: is written in clear; it must be a secret",
        "pulumi config set --secret registryPassword -s local",
    ),
    "app secret in clear": (
        local() | {"appSecrets": {"API_KEY": "hunter2"}},
        "appSecrets: is written in clear; it must be a secret",
        "pulumi config set --secret --path appSecrets.API_KEY -s local",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_named_with_its_key_and_the_command_that_mends_it(mistake: str, root: Path) -> None:
    values, reason, command = MISTAKES[mistake]
    message = refusal(values, root)
    assert message.startswith("Pulumi.local.yaml: 1 mistake, nothing was changed\n")
    assert reason in message
    assert command in message
    assert "hunter2" not in message


@pytest.mark.parametrize(
    "values",
    [
        with_("app", environment="DB_PASSWORD=hunter2"),
        with_("app", environment={"X": ["hunter2"], "Y": {"a": "hunter2"}, "Z": 0.5}),
        with_("image", buildArgs="NPM_TOKEN=hunter2"),
        with_("registry", host="https://ci:hunter2@registry.example.com"),
        with_("image", repository="https://ci:hunter2@registry.example.com/a"),
        with_("app", hst="https://ci:hunter2@web.example.com"),
        with_("app", replicas="https://ci:hunter2@web.example.com"),
        local() | {"target": "https://ci:hunter2@web.example.com"},
        local() | {"registryPasswort": "hunter2"},
    ],
)
def test_a_secret_in_the_wrong_place_is_not_shown(values: Values, root: Path) -> None:
    message = refusal(values, root)
    assert "hunter2" not in message
    assert " mistake" in message
