"""The simulated Google Cloud in a test's hand: what a provider does to it, without a provider."""

from pathlib import Path
from typing import Any

import pytest

from sandbox.clouds import sdk_types
from sandbox.clouds.access import Action, Login, Refusal, Scene
from sandbox.clouds.accounts import DEPLOYER_GOOGLE
from sandbox.clouds.behaviour import Behaviour
from sandbox.clouds.cloud_site import CloudSite
from sandbox.clouds.google import type_tokens as types
from sandbox.clouds.google.access import GoogleRules
from sandbox.clouds.google.cloud import cloud
from sandbox.clouds.kinds import CloudError, Kind, Order
from sandbox.clouds.tokens import Claims, Tokens
from sandbox.clouds.world import Thing, World

PROJECT = "my-project"
HOST = "europe-west1-docker.pkg.dev"
IMAGE = f"{PROJECT}/images/team/web"
SCOPE = "https://www.googleapis.com/auth/cloud-platform"
NODES = f"web-nodes@{PROJECT}.iam.gserviceaccount.com"
REPOSITORY_ID = f"projects/{PROJECT}/locations/europe-west1/repositories/images"
CLUSTER_ID = f"projects/{PROJECT}/locations/europe-west1-b/clusters/web"

Json = dict[str, Any]

REPOSITORY: Json = {"repositoryId": "images", "format": "DOCKER", "location": "europe-west1"}
CLUSTER: Json = {
    "name": "web",
    "location": "europe-west1-b",
    "initialNodeCount": 1,
    "removeDefaultNodePool": True,
    "nodeConfig": {"serviceAccount": NODES},
    "deletionProtection": False,
}
POOL: Json = {
    "name": "nodes",
    "cluster": "web",
    "location": "europe-west1-b",
    "nodeCount": 1,
    "nodeConfig": {"serviceAccount": NODES, "oauthScopes": [SCOPE], "machineType": "e2-medium"},
}
READER: Json = {
    "member": f"serviceAccount:{NODES}",
    "role": "roles/artifactregistry.reader",
    "repository": "images",
    "location": "europe-west1",
}


class RefusedInputsError(Exception):
    """What the provider's check says of inputs, before anything starts."""


class Google:
    """A world with a clock that stands still."""

    def __init__(self, folder: Path) -> None:
        self.now = 1_000_000.0
        self.behaviour = Behaviour(grant_seconds={"google": 0.0})
        self.tokens = Tokens("key")
        self.world = World(folder / "world.json")
        site = CloudSite("https://127.0.0.1:6443", "Q0E=", self.tokens, lambda: self.behaviour)
        self.cloud = cloud(site)
        self.rules = GoogleRules(self.tokens)

    def kind(self, token: str) -> Kind:
        return next(each for each in self.cloud.kinds if each.resource.token == token)

    def make(self, token: str, inputs: Json, name: str = "it") -> Thing:
        """Create as a provider does: check, then create, whole or not at all."""
        kind, config = self.kind(token), {"project": PROJECT}
        wrong = sdk_types.problems(kind.resource, inputs)
        complete = inputs if wrong else kind.defaults(name, inputs, config)
        wrong += [] if wrong else [f"{key}: {why}" for key, why in kind.check(complete)]
        if wrong:
            raise RefusedInputsError("; ".join(wrong))
        with self.world.changing() as content:
            order = Order(name, complete, config, content, self.now)
            identifier = kind.identify(order)
            known = content.find(token, identifier)
            assert known is None or kind.adopts
            made = self.now if known is None else known.made
            outputs = kind.outputs(order, identifier)
            assert set(outputs) <= kind.resource.outputs
            thing = Thing(token=token, id=identifier, inputs=complete, outputs=outputs, made=made)
            content.put(thing, self.now)
        return thing

    def change(self, thing: Thing, **changes: object) -> Thing:
        kind, inputs = self.kind(thing.token), {**thing.inputs, **changes}
        with self.world.changing() as content:
            outputs = kind.outputs(Order("it", inputs, {}, content, self.now, thing), thing.id)
            changed = thing.model_copy(update={"inputs": inputs, "outputs": outputs})
            content.put(changed, self.now)
        return changed

    def delete(self, thing: Thing) -> None:
        with self.world.changing() as content:
            found = content.find(thing.token, thing.id)
            assert found is not None
            self.kind(thing.token).delete(found, content, self.now)
            content.remove(found, self.now)

    def call(self, function: str, **arguments: object) -> Json:
        found = next(each for each in self.cloud.functions if each.token.endswith(f":{function}"))
        assert found.required <= arguments.keys() <= found.required | found.known
        return dict(found.call(Order(found.token, arguments, {"project": PROJECT}, self.world.read(), self.now)))

    def on(self, *apis: str, project: str = PROJECT) -> None:
        for api in apis:
            self.make(types.SERVICE, {"service": f"{api}.googleapis.com", "project": project})

    def wired(self) -> dict[str, Thing]:
        """All that a cluster needs whose nodes may pull, by type."""
        self.on("container", "artifactregistry")
        parts = {
            types.ACCOUNT: {"accountId": "web-nodes"},
            types.CLUSTER: CLUSTER,
            types.POOL: POOL,
            types.REPOSITORY: REPOSITORY,
            types.REPOSITORY_MEMBER: READER,
        }
        return {token: self.make(token, inputs) for token, inputs in parts.items()}

    def scene(self) -> Scene:
        return Scene(self.world.read(), self.now, self.behaviour)

    def login(self, email: str = DEPLOYER_GOOGLE) -> Login:
        """An access token of somebody."""
        return Login("oauth2accesstoken", self.tokens.give(Claims("google", "access", email, self.now, self.now + 60)))

    def ask(self, login: Login | None, action: Action = "pull", path: str = IMAGE, host: str = HOST) -> Refusal | None:
        """What the registry answers to somebody with a login."""
        subject = self.rules.subject(self.scene(), host, login)
        if isinstance(subject, Refusal):
            return subject
        return self.rules.decide(self.scene(), host, path, subject, action)

    def pull(self, path: str = IMAGE, host: str = HOST) -> Refusal | None:
        """What the registry answers to the nodes of the newest cluster."""
        return self.ask(self.rules.node_login(self.scene(), f"{host}/{path}@sha256:0"), path=path, host=host)


def refused(deed: object, *words: str) -> None:
    """A deed is refused in these words."""
    assert callable(deed)
    with pytest.raises((CloudError, RefusedInputsError)) as caught:
        deed()
    for each in words:
        assert each in str(caught.value)
