"""A cluster that runs already, under a name that says nothing, in place of the embedded one: `--cluster context:NAME`.

What stands in for it is made of the embedded cluster's own parts, with a state folder that no sandbox knows; so this
shows that the name does not matter, and not how a kind or a k3d differs.
"""

import gc
import os
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest
import yaml
from rich.console import Console

from sandbox import cgroups, cluster, kernel_settings, mounts, network, processes, strays
from sandbox.site import Site
from sandbox.state import RUNTIME, Options, State, new_record, remove_tree
from sandbox.toolchain import ensure_tools
from tests.e2e.conftest import sandbox
from tests.e2e.project import ROOT, Project, make_project

# The parts run on in this very process's name, and nobody waits for them.
_RUNS_ON = "ignore:subprocess .* is still running:ResourceWarning"
pytestmark = [pytest.mark.e2e, pytest.mark.alone, pytest.mark.filterwarnings(_RUNS_ON)]

NAME = "team-dev"


@pytest.fixture
def team_folder() -> Generator[Path]:
    """A short path: a socket below it must stay under 108 bytes."""
    with tempfile.TemporaryDirectory(prefix="team-") as folder:
        yield Path(folder) / "state"


@pytest.fixture
def kubeconfig(state: State, tmp_path: Path, team_folder: Path) -> Generator[Path]:
    """A kubeconfig that knows a running cluster as `team-dev`; no sandbox is up."""
    assert state.folder.exists()
    assert sandbox("down").returncode == 0
    tools = ensure_tools(cluster.EMBEDDED_TOOLS, Console())
    record = new_record(Options(), cluster.EMBEDDED, "for a test", ROOT)
    team = Site(State(team_folder), record, {name: tool.path for name, tool in tools.by_name.items()})
    switches, folders = team.state.folder / "kernel-settings.json", team.state.folder / "strays.json"
    try:
        kernel_settings.remember(switches)
        strays.remember(folders)
        kernel_settings.forward_packets()
        network.up(nodes=1)
        cluster.up(team)
        gc.collect()  # while the warning is ignored
        file = tmp_path / "kubeconfig"
        file.write_text(yaml.safe_dump(_renamed(yaml.safe_load(team.state.kubeconfig.read_text()))))
        yield file
    finally:
        sandbox("down", "--force")  # one that a failed test leaves would look for this cluster for ever
        processes.kill([process for _, process in processes.marked(team.state.folder) if process.pid != os.getpid()])
        cgroups.remove()
        for folder in (RUNTIME, team.state.folder):
            mounts.remove_below(folder)
        kernel_settings.restore(switches)
        strays.remove(folders, team.state.folder)
        network.down()
        for folder in (RUNTIME, team.state.folder):
            remove_tree(folder)


def _renamed(config: dict[str, list[dict[str, object]]]) -> dict[str, object]:
    """The same cluster and user with other names, and no context that is current."""
    (server,), (user,) = config["clusters"], config["users"]
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "contexts": [{"name": NAME, "context": {"cluster": "team", "user": "me"}}],
        "clusters": [{**server, "name": "team"}],
        "users": [{**user, "name": "me"}],
    }


def _deployed(project: Project) -> None:
    project.must_up()
    with project.client() as client:
        assert client.get("/health").status_code == 200


def test_a_running_cluster_of_any_name_is_deployed_to_under_its_own_name_and_the_sandboxs(
    kubeconfig: Path, state: State, tmp_path: Path, team_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUBECONFIG", str(kubeconfig))
    done = sandbox("up", "--cluster", f"context:{NAME}")
    assert done.returncode == 0, done.stdout
    assert f"cluster: context:{NAME} (asked for)" in done.stdout
    assert "apiserver" not in processes.leaders(state.folder)
    options = Options()
    project = make_project(tmp_path / "project", state, (options.http_port, options.registry_port))
    for name in ("sandbox", NAME):  # one after the other: another context is another cluster to the program
        project.configure("cluster", context=name)
        _deployed(project)
        done = project.pulumi("destroy", "--yes", "--skip-preview")
        assert done.code == 0, done.output
    assert project.pulumi("stack", "rm", "--yes").code == 0
    down = sandbox("down")
    assert down.returncode == 0, down.stdout
    assert "apiserver" in processes.leaders(team_folder)  # it is not the sandbox's to end
