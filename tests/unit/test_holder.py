"""Who holds the sandbox, and what `down` must not forget."""

import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from sandbox import holder, lifecycle, processes, stacks
from sandbox.clouds.place import Place
from sandbox.clouds.world import Thing, World
from sandbox.errors import SandboxError
from sandbox.state import Options, State, new_record, private_json


@pytest.fixture
def note(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(holder, "RUNTIME", tmp_path)
    return tmp_path / "holder.json"


def _held(note: Path, checkout: Path, state: Path, monkeypatch: pytest.MonkeyPatch, *, alive: bool) -> None:
    note.write_text(json.dumps({"checkout": str(checkout), "user": "ann", "state": str(state)}))

    def marked(folder: Path) -> list[str]:
        return ["a process"] if alive and folder == state else []

    monkeypatch.setattr(processes, "marked", marked)


def test_what_another_checkout_runs_is_refused_with_how_to_end_it(
    note: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _held(note, tmp_path, tmp_path / "state", monkeypatch, alive=True)
    with pytest.raises(SandboxError, match=rf"held by {tmp_path} .*make down.*down --force"):
        holder.refuse_other(State(tmp_path / "state"), Path("/mine"))


@pytest.mark.parametrize("text", ["", "{", "[]", '{"checkout": 1}'])
def test_a_note_that_says_nothing_holds_nothing(note: Path, text: str) -> None:
    note.write_text(text)
    assert holder.present() is None


def test_a_sandbox_that_is_dead_or_ours_or_of_a_checkout_that_is_gone_refuses_nobody(
    note: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = State(tmp_path / "state")
    _held(note, tmp_path, state.folder, monkeypatch, alive=False)
    holder.refuse_other(state, Path("/mine"))
    _held(note, tmp_path, state.folder, monkeypatch, alive=True)
    holder.refuse_other(state, tmp_path)
    _held(note, tmp_path / "gone", state.folder, monkeypatch, alive=True)
    holder.refuse_other(state, Path("/mine"))


@pytest.mark.usefixtures("note")
def test_down_does_not_forget_a_given_cluster_that_goes_by_the_sandboxs_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = State(tmp_path / "state")
    monkeypatch.setattr(lifecycle, "default_state", lambda: state)
    _stack(state, "local", "local/sandbox")
    state.write(new_record(Options(), "context:kind-mine", "for a test", tmp_path))
    with pytest.raises(SandboxError, match="resources outside of the sandbox"):
        lifecycle.down(Console())


def _stack(state: State, name: str, *clusters: str, others: int = 1, repository: str = "") -> None:
    resources: list[dict[str, Any]] = [{"type": "pulumi:pulumi:Stack"}]
    resources += [{"type": "aws:ecr/repository:Repository", "id": repository}] if repository else []
    resources += [{"type": "pulumi:providers:kubernetes", "inputs": {"clusterIdentifier": each}} for each in clusters]
    resources += [{"type": "kubernetes:core/v1:Namespace", "inputs": {}}] * others
    document = {"version": 3, "checkpoint": {"stack": name, "latest": {"resources": resources}}}
    private_json(state.pulumi_state / ".pulumi/stacks/monadic-pipeline" / f"{name}.json", document)


def test_stacks_outside_of_the_embedded_cluster_are_told_apart(tmp_path: Path) -> None:
    state = State(tmp_path)
    _stack(state, "empty", "local/kind-kind", others=0)
    _stack(state, "inside", "local/sandbox")
    _stack(state, "mixed", "local/sandbox", "local/kind-kind", others=2)
    private_json(state.pulumi_state / ".pulumi/stacks/monadic-pipeline/broken.json", [])
    found = stacks.deployed(state.pulumi_state)
    assert found == [stacks.Stack("inside", 1, outside=False), stacks.Stack("mixed", 2, outside=True)]


def test_what_was_made_in_simulated_clouds_is_inside_and_in_real_ones_not(tmp_path: Path) -> None:
    state = State(tmp_path)
    world = World(Place(state).world)
    with world.changing() as content:
        thing = Thing(token="aws:ecr/repository:Repository", id="web", inputs={}, outputs={}, made=1.0)
        content.put(thing, 1.0)
        content.remove(thing, 2.0)
    _stack(state, "eks", "eks/eu/web", repository="web")
    _stack(state, "real", "eks/eu/web", repository="other")
    found = stacks.deployed(state.pulumi_state, world.ids())
    assert {each.name: each.outside for each in found} == {"eks": False, "real": True}
    Place(state).world.write_text("{")
    assert world.ids() == set()


@pytest.mark.usefixtures("note")
def test_down_does_not_forget_what_runs_in_another_cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state = State(tmp_path / "state")
    monkeypatch.setattr(lifecycle, "default_state", lambda: state)
    _stack(state, "local", "local/kind-kind")
    with pytest.raises(
        SandboxError, match=r"the stack local has 1 resources outside.*pulumi destroy -s local.*--force"
    ):
        lifecycle.down(Console())
    assert stacks.deployed(state.pulumi_state)
