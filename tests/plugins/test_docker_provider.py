"""The docker provider as a process, with a docker client that only notes what it is asked.

What this does not prove: that a real docker engine and registry do what the fake says; `tests/e2e` does.
"""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from importlib.metadata import version
from pathlib import Path

import grpc
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2

from sandbox.engine import launchers
from sandbox.engine.property_values import Properties, as_object, read, secret, write
from tests.plugins.engine import Client, Engine, plugin, serving

URN = "urn:pulumi:s::p::docker:index/image:Image::web"
NAME = "registry.test/team/web:v1"
DIGEST = "sha256:" + "a" * 64
Provider = tuple[Client, subprocess.Popen[bytes]]
PASSWORD = "pa55word-of-the-registry"

# Answers like docker; notes its words, its logins and its input in files beside itself.
FAKE = """#!{python}
import json, os, pathlib, sys, time
here = pathlib.Path(__file__).parent
words = sys.argv[3:]
if words[0] == "version":
    print("20.10.0")
elif words[0] == "build":
    sys.stdin.buffer.read()
    note = {{"words": words, "cwd": os.getcwd(), "token": os.environ.get("TOKEN")}}
    (here / "build.json").write_text(json.dumps(note))
    print("Step 1/1 : RUN make", flush=True)
    if (here / "hang").exists():
        time.sleep(600)
    if (here / "fail").exists():
        sys.exit("make: no rule")
elif words[0] == "push":
    (here / "login.json").write_text((pathlib.Path(os.environ["DOCKER_CONFIG"]) / "config.json").read_text())
    print("v1: digest: {digest} size: 1")
"""


@pytest.fixture
def docker(tmp_path: Path) -> Path:
    folder = tmp_path / "fake"
    folder.mkdir()
    (folder / "docker").write_text(FAKE.format(python=sys.executable, digest=DIGEST))
    (folder / "docker").chmod(0o755)
    return folder


@pytest.fixture
def engine() -> Generator[Engine]:
    with serving() as engine:
        yield engine


@pytest.fixture
def provider(tmp_path: Path, docker: Path, engine: Engine) -> Generator[Provider]:
    project = tmp_path / "project"
    (project / "app").mkdir(parents=True)
    (project / "app" / "Dockerfile").write_text("FROM scratch\n")
    launchers.install_docker_provider(tmp_path / "home", Path(sys.executable))
    store = tmp_path / "home" / "plugins" / f"resource-docker-v{version('pulumi-docker')}"
    environment = {"PATH": f"{docker}:/usr/bin:/bin", "DOCKER_HOST": "unix:///fake.sock"}
    with plugin(store / "pulumi-resource-docker", engine, cwd=project, environment=environment) as (channel, process):
        yield Client(channel, "ResourceProvider"), process


def inputs() -> Properties:
    return {
        "imageName": NAME,
        "build": {"context": "app", "platform": "linux/amd64", "args": {"TOKEN": "t0ken"}},
        "registry": {"server": "registry.test", "username": "me", "password": secret(PASSWORD)},
    }


def checked(stub: Client) -> Properties:
    stub.ask("Configure", provider_pb2.ConfigureResponse, provider_pb2.ConfigureRequest(variables={}))
    answer = stub.ask("Check", provider_pb2.CheckResponse, provider_pb2.CheckRequest(urn=URN, news=write(inputs())))
    assert not answer.failures
    return read(answer.inputs)


def test_an_image_goes_through_the_engines_sequence(provider: Provider, docker: Path, engine: Engine) -> None:
    stub, _ = provider
    assert stub.ask("GetPluginInfo", plugin_pb2.PluginInfo, empty_pb2.Empty()).version == version("pulumi-docker")
    wanted = checked(stub)
    preview = stub.ask(
        "Create",
        provider_pb2.CreateResponse,
        provider_pb2.CreateRequest(urn=URN, properties=write(wanted), preview=True),
    )
    assert "repoDigest" not in preview.properties.fields
    assert not (docker / "build.json").exists()

    made = stub.ask(
        "Create", provider_pb2.CreateResponse, provider_pb2.CreateRequest(urn=URN, properties=write(wanted))
    )
    assert made.id == NAME
    state = read(made.properties)
    assert state["repoDigest"] == f"registry.test/team/web@{DIGEST}"
    assert state["imageName"] == state["baseImageName"] == NAME
    assert state["registryServer"] == "registry.test"
    assert json.loads((docker / "build.json").read_text())["token"] == "t0ken"
    assert "registry.test" in json.loads((docker / "login.json").read_text())["auths"]
    assert ("INFO", True, "Step 1/1 : RUN make") in engine.messages

    again = stub.ask(
        "Diff",
        provider_pb2.DiffResponse,
        provider_pb2.DiffRequest(id=NAME, urn=URN, olds=made.properties, news=write(wanted)),
    )
    assert again.changes == provider_pb2.DiffResponse.DIFF_NONE
    other = {**wanted, "build": {**as_object(wanted["build"]), "contextDigest": "other"}}
    changed = stub.ask(
        "Diff",
        provider_pb2.DiffResponse,
        provider_pb2.DiffRequest(id=NAME, urn=URN, olds=made.properties, news=write(other)),
    )
    assert changed.changes == provider_pb2.DiffResponse.DIFF_SOME
    assert list(changed.detailedDiff) == ["build"]
    assert not changed.replaces
    stub.ask("Delete", empty_pb2.Empty, provider_pb2.DeleteRequest(id=NAME, urn=URN, properties=made.properties))


def test_saved_inputs_are_a_secret_of_the_state(provider: Provider) -> None:
    stub, _ = provider
    made = stub.ask(
        "Create", provider_pb2.CreateResponse, provider_pb2.CreateRequest(urn=URN, properties=write(checked(stub)))
    )
    marks = dict(made.properties.fields["__inputs"].struct_value.fields)
    assert set(marks) == {"4dabf18193072939515e22adb298388d", "value"}
    shown = {name: value for name, value in read(made.properties).items() if name != "__inputs"}
    assert PASSWORD not in json.dumps(shown)


def test_a_failing_step_is_one_message(provider: Provider, docker: Path) -> None:
    stub, _ = provider
    wanted = checked(stub)
    (docker / "fail").touch()
    with pytest.raises(grpc.RpcError) as refused:
        stub.ask("Create", provider_pb2.CreateResponse, provider_pb2.CreateRequest(urn=URN, properties=write(wanted)))
    assert "Step 1/1 : RUN make\n  make: no rule" in str(refused.value)


def test_cancelling_ends_the_build_at_once(provider: Provider, docker: Path) -> None:
    stub, _ = provider
    wanted = checked(stub)
    (docker / "hang").touch()
    refusals: list[str] = []

    def create() -> None:
        try:
            stub.ask(
                "Create", provider_pb2.CreateResponse, provider_pb2.CreateRequest(urn=URN, properties=write(wanted))
            )
        except grpc.RpcError as error:
            refusals.append(str(error))

    creating = threading.Thread(target=create)
    creating.start()
    while not (docker / "build.json").exists():
        time.sleep(0.05)
    stub.ask("Cancel", empty_pb2.Empty, empty_pb2.Empty())
    creating.join(10)
    assert "the build was cancelled" in refusals[0]


def test_only_images_are_known(provider: Provider) -> None:
    stub, _ = provider
    with pytest.raises(grpc.RpcError, match="has only docker:index/image:Image, not docker:index/container:Container"):
        stub.ask(
            "Check",
            provider_pb2.CheckResponse,
            provider_pb2.CheckRequest(urn=URN.replace("image:Image", "container:Container")),
        )


def test_without_a_docker_engine_configuring_fails_with_dockers_reason(provider: Provider, docker: Path) -> None:
    stub, _ = provider
    (docker / "docker").write_text("#!/bin/sh\necho 'permission denied on the socket' >&2\nexit 1\n")
    with pytest.raises(grpc.RpcError, match="failed to connect to any docker daemon: permission denied on the socket"):
        stub.ask("Configure", provider_pb2.ConfigureResponse, provider_pb2.ConfigureRequest(variables={}))


def test_an_ssh_host_is_not_contacted(provider: Provider, docker: Path) -> None:
    stub, _ = provider
    (docker / "docker").write_text("#!/bin/sh\nexit 1\n")
    variables = {"docker:config:host": "ssh://preview.invalid"}
    assert stub.ask(
        "Configure", provider_pb2.ConfigureResponse, provider_pb2.ConfigureRequest(variables=variables)
    ).supportsPreview


def test_messages_go_to_the_engine_that_attached_last(provider: Provider) -> None:
    stub, _ = provider
    with serving() as other:
        stub.ask("Attach", empty_pb2.Empty, plugin_pb2.PluginAttach(address=other.address))
        stub.ask(
            "Create", provider_pb2.CreateResponse, provider_pb2.CreateRequest(urn=URN, properties=write(checked(stub)))
        )
        assert other.texts("INFO")
