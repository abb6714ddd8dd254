"""A value for each key whose model has neither a default nor an example, for docs/configuration.md. Pure data."""

from collections.abc import Mapping
from types import MappingProxyType

EXAMPLES: Mapping[str, str] = MappingProxyType(
    {
        "image.buildArgs.NAME": "python:3.12-slim",
        "image.target": "runtime",
        "image.digest": f"sha256:{'0' * 63}1",
        "app.environment.NAME": "Production",
        "app.egress[0].ports[0]": "5432",
        "cli.image.buildArgs.NAME": "8.0",
        "cli.image.target": "runtime",
        "cli.image.digest": f"sha256:{'0' * 63}1",
        "cli.command[0]": "sleep",
        "cli.args[0]": "infinity",
        "cli.environment.NAME": "Production",
        "app.configFiles.NAME": "text of the file",
        "services.llm.image": f"registry.example.com/ollama@sha256:{'0' * 63}1",
        "services.vectors.image": f"registry.example.com/qdrant@sha256:{'0' * 63}1",
        "services.traces.image": f"registry.example.com/jaeger@sha256:{'0' * 63}1",
        "ingress.annotations.NAME": "true",
        "ingress.className": "nginx",
        "tags.NAME": "team-web",
        "cluster.apiRanges[0]": "203.0.113.0/24",
        "cluster.nodeCount": "3",
        "cluster.kubernetesVersion": "1.34",
        "cluster.subscription": "00000000-0000-0000-0000-000000000000",
        "cluster.subnets[0]": "subnet-0123456789abcdef0",
        "cluster.admins[0]": "arn:aws:iam::123456789012:role/admins",
        "cluster.nodeRoles[0]": "web-nodes",
        "registry.name": "contoso",
        "registry.resourceGroup": "registries",
        "registry.subscription": "00000000-0000-0000-0000-000000000000",
        "registry.region": "eu-central-1",
        "registry.account": "123456789012",
        "registry.location": "europe-west1",
        "registry.project": "my-project",
        "registry.username": "ci",
    }
)
"""By key, as `docs.configuration` writes it."""
