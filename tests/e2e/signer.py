"""Signs images in the sandbox's registry: by cosign where this machine has it, else in its forms without it."""

import base64
import shutil
from collections.abc import Mapping
from pathlib import Path

import httpx

from tests import signing
from tests.e2e.project import Project, run
from tests.signing import Artifact

FORMS = ("bundle", "simple")
Logins = Mapping[str, Mapping[str, str]]
"""Host → `auth` of docker's configuration."""
_BUNDLE = ("--signing-config", "signing-config.json")
_SIMPLE = ("--new-bundle-format=false", "--use-signing-config=false", "--tlog-upload=false")
"""Without a public log."""


class Signer:
    """A key pair, with its files in the project's folder."""

    def __init__(self, project: Project, name: str = "cosign") -> None:
        self._project, self._name = project, name
        self._cosign = shutil.which("cosign")
        self._key = signing.new_key()
        if self._cosign:
            self._run("generate-key-pair", "--output-key-prefix", name)
            self._run("signing-config", "create", "--out", "signing-config.json")
        else:
            self.public.write_bytes(signing.public_pem(self._key))

    @property
    def public(self) -> Path:
        """The file with the public key."""
        return self._project.folder / f"{self._name}.pub"

    def sign(self, image: str, form: str = "bundle") -> None:
        """Sign a `host/path@sha256:…` that is in the registry."""
        if self._cosign:
            more = _SIMPLE if form == "simple" else _BUNDLE
            self._run("sign", "--key", f"{self._name}.key", "--yes", *more, image)
            return
        attach(image, self._key, form, self._project.own_logins())

    def _run(self, *words: str) -> None:
        environment = {**self._project.environment, "COSIGN_PASSWORD": ""}
        done = run([str(self._cosign), *words], cwd=self._project.folder, environment=environment)
        assert done.code == 0, done.output


def attach(image: str, key: signing.Private, form: str, logins: Logins) -> None:
    """Put a signature beside an image in its registry.

    Args:
        image: `host/path@sha256:…`.
        key: that signs.
        form: one of `FORMS`.
        logins: as docker's configuration has them, by host.
    """
    digest = image.rpartition("@")[2]
    if form == "simple":
        tag = f"{digest.replace(':', '-')}.sig"
        _push(image, tag, signing.simple_signature(key, signing.simple_payload(digest)), logins)
        return
    attached = signing.referrer(digest, signing.bundle(key, signing.statement(digest)))
    _push(image, attached.digest, attached, logins)
    # The registry has no referrers API: a tag of the digest's name lists what is attached.
    _push(image, digest.replace(":", "-"), Artifact(signing.index_of(attached)), logins, signing.INDEX)


def _push(image: str, name: str, artifact: Artifact, logins: Logins, media_type: str = signing.MANIFEST) -> None:
    host, _, path = image.partition("@")[0].partition("/")
    base = f"http://{host}/v2/{path}"
    with httpx.Client(auth=_login(logins[host]), trust_env=False) as client:
        for digest, body in artifact.blobs.items():
            begun = client.post(f"{base}/blobs/uploads/").raise_for_status()
            place = httpx.URL(base).join(begun.headers["Location"]).copy_merge_params({"digest": digest})
            client.put(place, content=body).raise_for_status()
        headers = {"Content-Type": media_type}
        client.put(f"{base}/manifests/{name}", content=artifact.manifest, headers=headers).raise_for_status()


def _login(entry: Mapping[str, str]) -> tuple[str, str]:
    user, _, password = base64.b64decode(entry["auth"]).decode().partition(":")
    return user, password
