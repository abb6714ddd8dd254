"""Keys that nothing reads: at the top of a file, inside of its objects, and those of other targets."""

from pathlib import Path
from typing import Any

import pytest

from tests.unit.settings_loader import Values, checkout, load, local, refusal, with_
from tests.unit.test_settings_clouds import committed


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return checkout(tmp_path)


def inside(**app: Any) -> Values:
    return with_("app", **app)


CASES: dict[str, tuple[Values, str, tuple[str, ...]]] = {
    "without --path": (
        local() | {"app.replicas": "3"},
        "app.replicas: is one key with a dot in its name; a key inside of app is set with --path",
        ("pulumi config rm app.replicas -s local", "pulumi config set --path app.replicas 3 -s local"),
    ),
    "without --path, in a list": (
        local() | {"app.egress[0].cidr": "10.0.0.0/8"},
        "app.egress[0].cidr: is one key with a dot in its name",
        (
            "pulumi config rm 'app.egress[0].cidr' -s local",
            "pulumi config set --path 'app.egress[0].cidr' 10.0.0.0/8 -s local",
        ),
    ),
    "without --path, and wrong": (
        local() | {"app.port": "0"},
        "app.port: is one key with a dot in its name",
        ("pulumi config rm app.port -s local", "pulumi config set --path app.port 8080 -s local"),
    ),
    "without --path, and no key": (
        local() | {"app.zzz": "3"},
        "app.zzz: is one key with a dot in its name",
        ("pulumi config rm app.zzz -s local",),
    ),
    "a dot in another key": (
        local() | {"my.key": "3"},
        "my.key: unknown key; known here: app, appSecrets, cli, cluster, image, ingress, registry, registryPassword, "
        "services, target",
        ("pulumi config rm my.key -s local",),
    ),
    "for a shell": (local() | {"foo$(id)": "3"}, "foo$(id): unknown key", ("pulumi config rm 'foo$(id)' -s local",)),
    "nearly another target's": (
        local() | {"profil": "test"},
        "profil: unknown key; profile, which it is like, is for the targets aks, eks, gke only",
        ("pulumi config rm profil -s local",),
    ),
    "another target's": (
        local() | {"profile": "test"},
        "profile: is for the targets aks, eks, gke only",
        ("pulumi config rm profile -s local",),
    ),
    "of the local target": (
        committed("aks", ingress={"port": 80}),
        "ingress.port: unknown key; known here: annotations, className",
        ("pulumi config rm --path ingress.port -s local",),
    ),
    "nearly the target's own": (
        committed("aks", profil="production") | {"profile": ""},
        "profil: unknown key; did you mean profile?",
        ("pulumi config rm profil -s local", "pulumi config set profile production -s local"),
    ),
    "an object's names": (
        local() | {"appSecrts": {"API_KEY": "x", "PIN": "y"}},
        "appSecrts: unknown key; did you mean appSecrets?",
        (
            "pulumi config rm appSecrts -s local",
            "pulumi config set --secret --path appSecrets.API_KEY -s local",
            "pulumi config set --secret --path appSecrets.PIN -s local",
        ),
    ),
    "in a volume": (
        inside(volumes={"data": {"path": "/d", "clam": "x"}}),
        "app.volumes.data.clam: unknown key; did you mean claim?",
        (
            "pulumi config rm --path app.volumes.data.clam -s local",
            "pulumi config set --path app.volumes.data.claim x -s local",
        ),
    ),
    "in another case": (
        inside(volumes={"data": {"path": "/d", "readonly": True}}),
        "app.volumes.data.readonly: unknown key; did you mean readOnly?",
        (
            "pulumi config rm --path app.volumes.data.readonly -s local",
            "pulumi config set --path app.volumes.data.readOnly true -s local",
        ),
    ),
    "in a volume named like a key": (
        inside(volumes={"path": {"path": "/d", "zzz": 1}}),
        "app.volumes.path.zzz: unknown key; known here: claim, configMap, path, readOnly, secret, size",
        ("pulumi config rm --path app.volumes.path.zzz -s local",),
    ),
    "in egress": (
        inside(egress=[{"cidr": "10.0.0.0/8", "port": [443]}]),
        "app.egress[0].port: unknown key; did you mean ports?",
        (
            "pulumi config rm --path 'app.egress[0].port' -s local",
            "# or write ports in its place in Pulumi.local.yaml",
        ),
    ),
    "nothing": (
        inside(replicsa=None),
        "app.replicsa: unknown key; did you mean replicas?",
        ("pulumi config rm --path app.replicsa -s local",),
    ),
    "of a Secret, which is no secret": (
        inside(host="a.example", tlsSecrt="web-tls"),
        "app.tlsSecrt: unknown key; did you mean tlsSecret?",
        (
            "pulumi config rm --path app.tlsSecrt -s local",
            "pulumi config set --path app.tlsSecret web-tls -s local",
        ),
    ),
}


def test_a_key_that_nothing_reads_is_named_with_what_was_meant_and_what_to_type(root: Path) -> None:
    said = {name: refusal(values, root) for name, (values, _, _) in CASES.items()}
    expected = {
        name: "\n      ".join(
            [f"Pulumi.local.yaml: 1 mistake, nothing was changed\n\n  {reason}", *commands],
        )
        for name, (_, reason, commands) in CASES.items()
    }
    # Some give the first words of a reason only.
    wrong = {
        name: text
        for name, text in said.items()
        if not text.startswith(expected[name].partition("\n      ")[0])
        or text.split("\n      ")[1:] != list(CASES[name][2])
    }
    assert wrong == {}


def test_a_missing_key_of_a_volume_and_of_a_range_is_given_with_an_example(root: Path) -> None:
    volume = refusal(inside(volumes={"data": {"claim": "x"}}), root)
    assert "app.volumes.data.path: is missing: where it is mounted" in volume
    assert "pulumi config set --path app.volumes.data.path /data -s local" in volume
    range_ = refusal(inside(egress=[{"ports": [443]}]), root)
    assert "app.egress[0].cidr: is missing: its addresses" in range_
    assert "pulumi config set --path 'app.egress[0].cidr' 10.0.0.0/8 -s local" in range_


def test_a_volume_may_be_named_like_a_key(root: Path) -> None:
    settings, _ = load(inside(volumes={"path": {"path": "/d"}}), root)
    assert settings.app.volumes["path"].path == "/d"
