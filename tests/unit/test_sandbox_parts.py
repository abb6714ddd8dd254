"""Small decisions of the sandbox that need no sandbox."""

import io
import json
import shlex
import subprocess
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest

from sandbox import mounts, node, status, strays
from sandbox.cluster import choose
from sandbox.environment import shell_text, variables
from sandbox.errors import SandboxError
from sandbox.pause_image import NAME, archive
from sandbox.stack_choices import StackChoices
from sandbox.state import Options, State, random_text

_STACK = StackChoices(
    context="sandbox", kubeconfig=None, registry="127.0.0.1:5050", ingress_class="traefik", ready_path="/ready"
)


def test_the_environment_is_read_by_a_shell_as_it_is_meant(tmp_path: Path) -> None:
    folder = tmp_path / "it's a folder"
    text = shell_text(variables(State(folder)))
    show = 'printf "%s|%s" "$KUBECONFIG" "${PULUMI_CONFIG_PASSPHRASE-unset}"'
    script = f"export PULUMI_CONFIG_PASSPHRASE=mine\n{text}\n{show}"
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == f"{folder / 'kubeconfig'}|unset"


def test_the_environment_shows_no_secret(tmp_path: Path) -> None:
    state = State(tmp_path / "state")
    assert random_text(state.passphrase) not in shell_text(variables(state))


def test_the_sandboxs_commands_come_first_on_path_and_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state = State(tmp_path)
    monkeypatch.setenv("PATH", f"/usr/bin:{state.bin}:/bin")
    assert variables(state)["PATH"] == f"{state.bin}:/usr/bin:/bin"


def test_the_last_nodes_are_the_ones_with_debians_containerd() -> None:
    nodes = node.planned(nodes=3, debian=1)
    assert [(each.name, each.debian) for each in nodes] == [("node-1", False), ("node-2", False), ("node-3", True)]
    assert len({each.address for each in nodes}) == 3


@pytest.mark.parametrize(
    ("asked", "chosen"), [("auto", "embedded"), ("embedded", "embedded"), ("context:k", "context:k")]
)
def test_the_cluster_is_chosen_with_a_reason(asked: str, chosen: str) -> None:
    cluster, reason = choose(Options(cluster=asked), _STACK)
    assert cluster == chosen
    assert reason


def test_a_context_in_the_stack_file_is_used_and_the_reason_names_it() -> None:
    cluster, reason = choose(Options(), replace(_STACK, context="kind-mine"))
    assert cluster == "context:kind-mine"
    assert "cluster.context of Pulumi.local.yaml" in reason


@pytest.mark.parametrize("asked", ["minikube", "context:", ""])
def test_an_unknown_cluster_is_refused_with_the_choices(asked: str) -> None:
    with pytest.raises(SandboxError, match="must be auto, embedded or context:NAME"):
        choose(Options(cluster=asked), _STACK)


def test_other_ports_come_with_the_commands_that_tell_the_stack_file() -> None:
    assert status.differing_ports(Options()) == []
    lines = status.differing_ports(Options(http_port=9000, registry_port=6000))
    assert shlex.split(lines[1])[-3:] == ["9000", "-s", "local"]
    assert "127.0.0.1:6000" in lines[2]


def test_the_pause_image_is_the_binary_under_its_name(tmp_path: Path) -> None:
    binary = tmp_path / "pause"
    binary.write_bytes(b"the program")
    with tarfile.open(archive(binary, tmp_path)) as outer:
        index = _json(outer, "index.json")
        assert index["manifests"][0]["annotations"]["io.containerd.image.name"] == NAME
        manifest = _read(outer, _path(str(index["manifests"][0]["digest"])))
        layer = _read(outer, _path(json.loads(manifest)["layers"][0]["digest"]))
    with tarfile.open(fileobj=io.BytesIO(layer), mode="r:gz") as inner:
        assert _read(inner, "pause") == b"the program"
        assert inner.getmember("pause").mode == 0o755


def test_a_folder_without_mounts_has_none(tmp_path: Path) -> None:
    assert mounts.below(tmp_path) == []
    assert Path("/dev/shm") in mounts.below(Path("/dev"))  # noqa: S108 - only looked at


def test_only_folders_of_the_sandbox_are_removed_whatever_the_note_says(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    note = tmp_path / "note.json"
    note.write_text(json.dumps([str(precious)]))
    strays.remove(note, tmp_path)
    assert precious.exists()


def _path(digest: str) -> str:
    return f"blobs/sha256/{digest.removeprefix('sha256:')}"


def _read(tar: tarfile.TarFile, name: str) -> bytes:
    file = tar.extractfile(name)
    assert file is not None
    return file.read()


def _json(tar: tarfile.TarFile, name: str) -> dict[str, list[dict[str, dict[str, str]]]]:
    return json.loads(_read(tar, name))
