"""What a message says to type: typed, as Pulumi would take it, it ends in a file that is accepted."""

from pathlib import Path

import pytest

from components.errors import ConfigError
from components.stack_file import StackFileError
from tests.unit.settings_loader import Values, checkout, load, local, with_
from tests.unit.settings_typed import after
from tests.unit.test_settings_clouds import MISTAKES as CLOUD_MISTAKES
from tests.unit.test_settings_mistakes import MISTAKES

_OWN_HANDS = {
    "Container Registry's host",  # another registry has to be chosen
    "private key in the build",  # an image has to be built
    "token in the build",
}
_IMAGE = "sha256:" + "0" * 64
ALL: dict[str, Values] = {
    **{name: values for name, (values, *_) in MISTAKES.items()},
    **{name: values for name, (values, _) in CLOUD_MISTAKES.items()},
}
MORE: dict[str, Values] = {
    "text for the app": local() | {"app": "web"},
    "list for the app": local() | {"app": ["web"]},
    "number for the registry": local() | {"registry": 5},
    "text for the ingress": local() | {"ingress": "traefik"},
    "number for the scaling": with_("app", autoscaling=3),
    "text for a volume": with_("app", volumes={"data": "/d"}),
    "no path in a volume": with_("app", volumes={"data": {"claim": "x"}}),
    "list for the volumes": with_("app", volumes=["/d"]),
    "text for egress": with_("app", egress="10.0.0.0/8"),
    "word for egress": with_("app", egress="all"),
    "object for egress": with_("app", egress={"cidr": "10.0.0.0/8"}),
    "no range in egress": with_("app", egress=[{"ports": [443]}]),
    "text for the ports": with_("app", egress=[{"cidr": "10.0.0.0/8", "ports": 443}]),
    "text for a port": with_("app", egress=[{"cidr": "10.0.0.0/8", "ports": ["443"]}]),
    "word for a port": with_("app", egress=[{"cidr": "10.0.0.0/8", "ports": ["https"]}]),
    "bad range": with_("app", egress=[{"cidr": "10.0.0.1/8"}]),
    "list for a file": with_("app", configFiles={"a.json": ["x"]}),
    "number for a file": with_("app", configFiles={"a.json": 5}),
    "text for the files": with_("app", configFiles="x"),
    "list for a variable": with_("app", environment={"A.B": ["x"]}),
    "text for the arguments": with_("image", buildArgs="A=b"),
    "object for an argument": with_("image", buildArgs={"A": {"b": "c"}}),
    "nothing for a number": with_("app", replicsa=None),
    "nothing for the app": local() | {"app": None},
    "number for a user": with_("registry", username=12345),
    "boolean for a user": with_("registry", username=True),
    "misspelt with a number for a user": with_("registry", usernme=12345),
    "text for a boolean": with_("image", allowOutside="true"),
    "fraction for a number": with_("app", replicas=3.0),
    "misspelt and negative": with_("app", replicsa=-3),
    "misspelt list": with_("app", egres=[{"cidr": "10.0.0.0/8"}]),
    "misspelt range": with_("app", egres="10.0.0.0/8"),
    "misspelt in a volume": with_("app", volumes={"path": {"path": "/d", "clam": "x"}}),
    "misspelt in egress": with_("app", egress=[{"cidr": "10.0.0.0/8", "port": [443]}]),
    "misspelt certificate": with_("app", host="a.example", tlsSecrt="web-tls"),
    "name of no host": with_("app", host="bücher.example"),
    "address of no host": with_("app", host="10.0.0.256"),
    "empty Dockerfile": with_("image", dockerfile=""),
    "certificate without a host": with_("app", tlsSecret="web-tls"),
    "two numbers of pods": with_("app", replicas=3, autoscaling={"maxReplicas": 5}),
    "more pods than most": with_("app", autoscaling={"minReplicas": 6, "maxReplicas": 5}),
    "no context at all": with_("image", contextLimit=0),
    "two sources": with_("app", volumes={"a": {"path": "/a", "claim": "x", "secret": "y", "size": "1Gi"}}),
    "endless start": with_("app", startSeconds=86400, timeoutSeconds=86400),
    "big files": with_("app", configFiles={"a.b": "x" * 2**20, "c": "y"}),
    "volumes in the way": with_(
        "app",
        volumes={
            "m": {"path": "/mnt", "secret": "s"},
            "a": {"path": "/a", "secret": "s"},
            "b": {"path": "/a/b", "claim": "c"},
        },
    ),
    "key with a dot": local() | {"app.replicas": "3"},
    "range with a dot": local() | {"app.egress[0].cidr": "10.0.0.0/8"},
    "password with a dot": local() | {"app.environment.DB_PASSWORD": "hunter2"},
    "secret with a dot": local() | {"appSecrets.API_KEY": "hunter2"},
    "user with a dot": local() | {"registry.username": "12345"},
    "misspelt with a dot": local() | {"app.replicsa": "3"},
    "key for a shell": local() | {"foo$(id)": "3"},
    "key like a flag": local() | {"-s": "3"},
    "key of the clouds": local() | {"profile": "test"},
    "nearly a key of the clouds": local() | {"profil": "test"},
    "misspelt target": {key: value for key, value in local().items() if key != "target"} | {"tagret": "local"},
    "misspelt app as text": local() | {"appp": "web"},
    "text for the image": local() | {"image": "web"},
    "no image": {key: value for key, value in local().items() if key != "image"},
    "list for the secrets": local() | {"appSecrets": ["hunter2"]},
    "text for the secrets": local() | {"appSecrets": "hunter2"},
    "password that is an object": local() | {"registryPassword": {"a": "hunter2"}, "registry": {"host": "a:1"}},
}


def typed(values: Values, root: Path, secret: tuple[str, ...] = ()) -> tuple[str, int]:
    """The last message and how often one was followed; empty when the file is accepted."""
    said = ""
    for rounds in range(3):
        try:
            load(values, root, secret)
        except StackFileError as refusal:
            said = str(refusal)
            assert "hunter2" not in said
            values, secret = after(values, secret, [each for one in refusal.problems for each in one.commands])
        except ConfigError as refusal:
            return str(refusal), rounds
        else:
            return "", rounds
    return said, 3


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return checkout(tmp_path)


def test_every_mistake_is_gone_when_its_commands_were_typed(root: Path) -> None:
    left = {name: typed(values, root) for name, values in (ALL | MORE).items() if name not in _OWN_HANDS}
    assert {name: said for name, (said, rounds) in left.items() if said or rounds != 1} == {}


ENCRYPTED: dict[str, object] = {
    "appSecrets.API_KEY": "hunter2",
    "appSecret": "hunter2",
    "appSecrts": {"API_KEY": "hunter2"},
    "registryPasword": "hunter2",
    "registryPassword.x": "hunter2",
    "registy": "hunter2-short",
    "imagee": "hunter2",
    "appp": "hunter2",
    "app.name": "hunter2",
    "profil": "hunter2",
    "targte": "hunter2",
    "app.host": "hunter2",
    "app.environment.KEY": "hunter2",
    "zzz": "hunter2",
    "profile": "hunter2",
}


def test_what_is_encrypted_is_shown_nowhere_and_set_nowhere_in_clear(root: Path) -> None:
    for key, value in ENCRYPTED.items():
        with pytest.raises(StackFileError) as caught:
            load(local() | {key: value}, root, (key,))
        assert "hunter2" not in str(caught.value), key
        assert typed(local() | {key: value}, root, (key,)) == ("", 1), key


def test_an_encrypted_target_is_not_shown(root: Path) -> None:
    with pytest.raises(StackFileError) as caught:
        load(local() | {"target": "hunter2"}, root, ("target",))
    assert "hunter2" not in str(caught.value)
    assert "pulumi config set target local -s local" in str(caught.value)


def test_an_element_of_a_list_that_is_no_object_is_written_by_hand(root: Path) -> None:
    # Taken away with a command, it would count those after it anew.
    with pytest.raises(ConfigError) as caught:
        load(with_("app", egress=["10.0.0.0/8", "all"]), root)
    assert "write it as {cidr: 10.0.0.0/8} in Pulumi.local.yaml" in str(caught.value)
    assert "write it as {…} in Pulumi.local.yaml" in str(caught.value)
