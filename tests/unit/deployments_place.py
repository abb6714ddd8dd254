"""A project with deployments/settings.yaml, four stack files and Pulumi Cloud on loopback, and the command in it."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner, Result

from ops.__main__ import app
from tests.unit.pulumi_service import ORGANIZATION, TOKEN, Cloud, Stack, pulumi_service

Json = dict[str, Any]

DIGEST = f"sha256:{'1' * 64}"
FILES = {
    "aks": {"target": "aks", "image": {"repository": "web", "digest": DIGEST}},
    "eks": {"target": "eks", "image": {"repository": "web", "digest": DIGEST}},
    "gke": {"target": "gke", "image": {"repository": "web", "digest": DIGEST}},
    "local": {"target": "local", "image": {"repository": "web", "context": "webapi"}},
}
GUID = "12345678-1234-1234-1234-123456789abc"
LOGINS: dict[str, Json] = {
    "aks": {
        "azure": {
            "identity": "deployments",
            "resourceGroup": "ci",
            "clientId": GUID,
            "tenantId": GUID,
            "subscriptionId": GUID,
        }
    },
    "eks": {"aws": {"roleArn": "arn:aws:iam::123456789012:role/ci/deployments"}},
    "gke": {
        "gcp": {
            "projectNumber": "123456789012",
            "pool": "pulumi",
            "provider": "pulumi",
            "serviceAccount": "deployments@acme-web.iam.gserviceaccount.com",
        }
    },
}


def settings(**stacks: Any) -> Json:
    """The file, with these stacks."""
    return {
        "organization": ORGANIZATION,
        "source": {"provider": "github", "repository": "acme/web", "branch": "main"},
        "paths": ["Pulumi.{stack}.yaml", "components/**"],
        "stacks": stacks,
    }


@dataclass(frozen=True)
class Place:
    folder: Path
    cloud: Cloud

    def write(self, document: object) -> None:
        """The file as it is to be."""
        (self.folder / "deployments" / "settings.yaml").write_text(
            document if isinstance(document, str) else yaml.safe_dump(document)
        )

    def stack_file(self, name: str, **values: object) -> None:
        """A stack file with these settings beside its own."""
        config = {f"web:{key}": value for key, value in {**FILES[name], **values}.items()}
        (self.folder / f"Pulumi.{name}.yaml").write_text(yaml.safe_dump({"config": config}))

    def stack(self, name: str = "eks") -> Stack:
        """What the service has."""
        return self.cloud.stacks[f"{ORGANIZATION}/web/{name}"]


@contextmanager
def deployments_place(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Place]:
    """The project `web`; the shell is in it and has the token. The stack eks has previews and a login."""
    with pulumi_service(aks=Stack(), eks=Stack(), gke=Stack(), local=Stack()) as (cloud, url):
        place = Place(folder, cloud)
        (folder / "deployments").mkdir()
        (folder / "Pulumi.yaml").write_text("name: web\nruntime: python\n")
        for name in FILES:
            place.stack_file(name)
        place.write(settings(eks={"login": LOGINS["eks"]}))
        monkeypatch.chdir(folder)
        monkeypatch.setenv("PULUMI_BACKEND_URL", url)
        monkeypatch.setenv("PULUMI_ACCESS_TOKEN", TOKEN)
        monkeypatch.setattr("ops.deployments_service._WAITS", (0.0, 0.0))
        yield place


def deployments(*words: str) -> Result:
    """Type it."""
    return CliRunner().invoke(app, ["deployments", *words])


def set_up(place: Place, **changes: Any) -> Stack:
    """The stack eks as the file with these changes says it, done."""
    place.write(settings(eks={"login": LOGINS["eks"], **changes}))
    done = deployments("--yes")
    assert done.exit_code == 0, done.output
    return place.stack()


def refused(place: Place, *words: str) -> str:
    """What is said of the file; nobody was asked."""
    told = deployments(*words)
    assert told.exit_code == 1, told.output
    assert "Traceback" not in told.output
    assert place.cloud.api is not None
    assert place.cloud.api.asked == []
    return told.stderr


def one_sentence(*words: str) -> str:
    """What is said in place of an answer: one line on standard error, without the token."""
    told = deployments(*words)
    assert told.exit_code == 1, told.output
    assert TOKEN not in told.output
    assert told.stderr.count("\n") == 1
    return told.stderr
