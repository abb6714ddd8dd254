"""Command line of the sandbox: `python -m sandbox up | down | status | env | logs`."""

import signal
import subprocess
import sys
from types import FrameType
from typing import Annotated

import typer
from rich.console import Console

from sandbox import deploy as deployment
from sandbox import environment, holder, lifecycle
from sandbox import status as report
from sandbox.clouds import shell
from sandbox.clouds import start as simulated
from sandbox.errors import COMMAND, SandboxError
from sandbox.site import Site
from sandbox.state import Options, Record, State, default_state

app = typer.Typer(
    help="An engine, a registry and a cluster on this machine, without any account.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

HttpPort = Annotated[
    int | None, typer.Option("--http-port", min=1, max=65535, help="Port of the served URLs, on loopback. [8080]")
]
RegistryPort = Annotated[
    int | None, typer.Option("--registry-port", min=1, max=65535, help="Port of the registry, on loopback. [5050]")
]
Nodes = Annotated[int | None, typer.Option("--nodes", min=1, max=9, help="Nodes of the cluster. [1]")]
DebianNodes = Annotated[
    int | None,
    typer.Option("--debian-nodes", min=0, max=9, help="How many of them run Debian's containerd 1.6. [0]"),
]
Cluster = Annotated[
    str | None,
    typer.Option("--cluster", help="auto, embedded, or context:NAME for one that runs already. [auto]"),
]


def _console() -> Console:
    return Console(soft_wrap=True)


def _options(
    http_port: int | None,
    registry_port: int | None,
    nodes: int | None,
    debian_nodes: int | None,
    cluster: str | None,
) -> Options | None:
    given = {
        "http_port": http_port,
        "registry_port": registry_port,
        "nodes": nodes,
        "debian_nodes": debian_nodes,
        "cluster": cluster,
    }
    chosen = {name: value for name, value in given.items() if value is not None}
    if not chosen:
        return None
    present = default_state().read()
    options = (present.options if present else Options()).model_copy(update=chosen)
    if options.debian_nodes > options.nodes:
        message = f"--debian-nodes {options.debian_nodes} is more than --nodes {options.nodes}"
        raise SandboxError(message)
    if options.http_port == options.registry_port:
        message = f"--http-port and --registry-port are both {options.http_port}; one port serves one of them"
        raise SandboxError(message)
    return options


def _present() -> tuple[State, Record]:
    state = default_state()
    record = state.read()
    if record is None:
        message = f"no sandbox runs here; type: {COMMAND} up"
        raise SandboxError(message)
    return state, record


@app.command()
def up(
    http_port: HttpPort = None,
    registry_port: RegistryPort = None,
    nodes: Nodes = None,
    debian_nodes: DebianNodes = None,
    cluster: Cluster = None,
    *,
    deploy: Annotated[bool, typer.Option("--deploy", help="Then pulumi up -s local, and ask the URL.")] = False,
) -> None:
    """Start what is not running, repair what is broken; a second time does nothing."""
    console = _console()
    options = _options(http_port, registry_port, nodes, debian_nodes, cluster)
    with holder.locked():
        if deploy:
            deployment.run(options, console)
            return
        site = lifecycle.up(options, console)
    console.print(f'the sandbox is up; type: eval "$({COMMAND} env)"', highlight=False, markup=False)
    for line in report.differing_ports(site.record.options):
        console.print(line, highlight=False, markup=False)


@app.command()
def down(
    *,
    force: Annotated[
        bool, typer.Option("--force", help="Also another checkout's, and one whose stacks run elsewhere.")
    ] = False,
) -> None:
    """End all of it and remove what it made; the built tools stay in the user's cache."""
    with holder.locked():
        lifecycle.down(_console(), force=force)


@app.command()
def status() -> None:
    """What runs, where, since when; exit code 1 when a part does not answer."""
    state, record = _present()
    if not report.show(state, record, _console()):
        raise typer.Exit(1)


@app.command()
def env(
    *,
    clouds: Annotated[
        bool, typer.Option("--clouds", help="Also start simulated clouds, for: pulumi up -s aks | eks | gke.")
    ] = False,
) -> None:
    """Print what a shell needs, for: eval "$(.venv/bin/python -m sandbox env)"."""
    state, _ = _present()
    values = environment.variables(state)
    if not clouds:
        print(environment.shell_text(values))
        return
    # Two shells that ask at once start one service, and write one record of its ports.
    with holder.locked(lambda: print("waiting for another command that starts the sandbox …", file=sys.stderr)):
        state, record = _present()
        # Standard output is for the shell that asked.
        site = Site(state, record, {}, say=lambda text: print(text, file=sys.stderr))
        site.say("simulated clouds: no account is used, and nothing is made outside of this machine")
        simulated.start(site)
    values.update(simulated.environment(site, values["PATH"]))
    print(environment.shell_text(values, (*environment.UNSET, *shell.UNSET)))


@app.command()
def logs(
    part: Annotated[str | None, typer.Argument(help="Name of a part; without it, the parts.")] = None,
) -> None:
    """Show the log of a part."""
    state, _ = _present()
    names = sorted(path.stem for path in state.logs.glob("*.log"))
    if part is None:
        print("\n".join(names))
        return
    if part not in names:
        message = f"no part {part!r}; there are {', '.join(names)}"
        raise SandboxError(message)
    print((state.logs / f"{part}.log").read_text(errors="replace"), end="")


def _end(number: int, frame: FrameType | None) -> None:
    """Leave by way of every `finally`, so that nothing that was started goes on alone."""
    _ = frame
    sys.exit(128 + number)


def main() -> None:
    """Run a command; a mistake that a person can mend is one message on standard error and exit code 1."""
    signal.signal(signal.SIGTERM, _end)
    try:
        app()
    except SandboxError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(1)
    except subprocess.TimeoutExpired as error:
        print(f"error: {error}; type: {COMMAND} status", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        print("stopped; what runs keeps running, and the same command goes on from here", file=sys.stderr)
        sys.exit(130)


if __name__ == "__main__":
    main()
