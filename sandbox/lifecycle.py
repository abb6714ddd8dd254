"""Starting and stopping the whole sandbox: in the order of dependence, with nothing left behind."""

import os
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from rich.console import Console

from sandbox import (
    base_image,
    cgroups,
    cluster,
    docker_engine,
    holder,
    kernel_settings,
    machine_images,
    mounts,
    network,
    processes,
    pulumi_home,
    registry,
    stacks,
    strays,
)
from sandbox.clouds import start as simulated
from sandbox.clouds.place import Place
from sandbox.clouds.world import World
from sandbox.errors import COMMAND, SandboxError
from sandbox.pulumi_home import CHECKOUT
from sandbox.site import Site, refuse_taken_port
from sandbox.stack_choices import stack_choices
from sandbox.state import RUNTIME, Options, Record, State, default_state, new_record, remove_tree
from sandbox.toolchain import ensure_tools

_PULUMI_TOOLS = ("pulumi", "kubernetes-provider")


def up(options: Options | None, console: Console) -> Site:
    """Start what is not running, repair what is broken, and leave the rest alone.

    Args:
        options: what was asked for; None keeps what an earlier `up` was asked for.
        console: where progress is shown.

    Raises:
        SandboxError: another checkout holds the sandbox, a port is taken, something is missing, or a part does not
            start.
    """
    state = default_state()
    holder.refuse_other(state, CHECKOUT)
    record = _record(state, options)
    _refuse_no_root(record)
    _refuse_taken_ports(record, state)
    tools = ensure_tools(_wanted(record), console)
    site = Site(state, record, {name: tool.path for name, tool in tools.by_name.items()}, console.print)
    cluster.refuse_missing_context(site)
    state.write(record)
    holder.claim(record, state)
    for line in (f"cluster: {record.cluster} ({record.cluster_reason})", tools.describe("pulumi")):
        console.print(line, highlight=False, markup=False)
    if _makes_networks(record):
        kernel_settings.remember(state.folder / "kernel-settings.json")
        strays.remember(state.folder / "strays.json")
        kernel_settings.forward_packets()
        network.up(nodes=record.options.nodes)
    with ThreadPoolExecutor() as pool:
        registry_start = pool.submit(registry.up, site)
        others = [
            pool.submit(cluster.up, site),
            pool.submit(_bring_base_image, site, registry_start),
            pool.submit(pulumi_home.prepare, site, tools["pulumi"].origin),
        ]
        for each in (registry_start, *others):
            each.result()
    simulated.repair(site)
    return site


def _bring_base_image(site: Site, registry_start: Future[bool]) -> None:
    """To the docker engine, and on to the registry: while the cluster starts, nobody waits for it."""
    engine = docker_engine.up(site)
    base_image.up(engine)
    registry_start.result()
    base_image.push(site, engine)


def _record(state: State, options: Options | None) -> Record:
    present, stack = state.read(), stack_choices(CHECKOUT)
    wanted = options or (present.options if present else Options())
    if present is not None and wanted == present.options:
        asked = cluster.asked_for(wanted, stack)
        if asked is None or asked[0] == present.cluster:
            present.checkout = CHECKOUT
            return present
    chosen, reason = cluster.choose(wanted, stack)
    if present is not None and (chosen != present.cluster or wanted.nodes < present.options.nodes):
        message = (
            f"the sandbox runs with the cluster {present.cluster} and {present.options.nodes} nodes; asked for are "
            f"{chosen} ({reason}) and {wanted.nodes}, and it can only get more nodes; type first: {COMMAND} down"
        )
        raise SandboxError(message)
    fresh = new_record(wanted, chosen, reason, CHECKOUT)
    return fresh.model_copy(update={"ports": present.ports}) if present is not None else fresh


def _wanted(record: Record) -> list[str]:
    embedded = cluster.EMBEDDED_TOOLS if record.cluster == cluster.EMBEDDED else ("kube",)
    return [*_PULUMI_TOOLS, *embedded]


def _refuse_taken_ports(record: Record, state: State) -> None:
    """Before anything is built or started: nobody waits for minutes to be told of a port."""
    options = record.options
    if record.cluster == cluster.EMBEDDED:
        refuse_taken_port(options.http_port, option="--http-port", folder=state.folder)
    refuse_taken_port(options.registry_port, option="--registry-port", folder=state.folder)


def _makes_networks(record: Record) -> bool:
    return record.cluster == cluster.EMBEDDED or not docker_engine.machine_has_one()


def _refuse_no_root(record: Record) -> None:
    if os.geteuid() == 0:
        return
    if record.cluster == cluster.EMBEDDED:
        message = (
            "the embedded cluster needs root (it makes bridges, control groups and containers); type: sudo make up, "
            f"or give it a cluster that runs already: {COMMAND} up --cluster context:NAME"
        )
        raise SandboxError(message)
    if not docker_engine.machine_has_one():
        message = (
            "no docker engine answers, and to start one the sandbox needs root; start docker, "
            "join its group (sudo usermod -aG docker $USER, then log in again), or type: sudo make up"
        )
        raise SandboxError(message)


def down(console: Console, *, force: bool = False) -> None:
    """End everything that the sandbox runs and remove everything that it made, but for tools and the passphrase.

    Works after any crash, as it looks for what is there rather than for what was noted.

    Args:
        console: where the result is shown.
        force: also when another checkout holds it, or stacks are deployed elsewhere and would be forgotten.

    Raises:
        SandboxError: one of these two, without `force`; or something could not be removed, which the message names.
    """
    state = default_state()
    held = holder.present()
    root = os.geteuid() == 0
    folders = {state.folder, *([held.state] if held and root else [])}
    if not force:
        holder.refuse_other(state, CHECKOUT)
        for folder in folders:
            _refuse_forgetting(State(folder))
    for folder in folders:
        _end_processes(folder)
    left = _remove_from_machine(folders) if root else []
    if state.folder.exists() and not docker_engine.SOCKET.exists():
        for problem in machine_images.remove_all(state):
            console.print(problem, highlight=False, markup=False)
    places = (*folders, *([RUNTIME] if root else []))
    for folder in places:
        remove_tree(folder)
    _refuse_leftovers([*left, *(each for each in places if each.exists())])
    kept = state.folder.parent
    console.print(
        f"the sandbox is gone; the built tools and the passphrase of secrets stay in {kept}, and .venv, Debian "
        "packages, and the caches of Go and uv where they are",
        highlight=False,
    )


def _remove_from_machine(folders: set[Path]) -> list[Path]:
    """Undo what only root can have done; what could not be removed."""
    left = cgroups.remove()
    mounts.remove_below(RUNTIME)
    for folder in folders:
        mounts.remove_below(folder)
        kernel_settings.restore(folder / "kernel-settings.json")
        strays.remove(folder / "strays.json", folder)
    network.down()
    return left


def _refuse_forgetting(state: State) -> None:
    """Keep the only record of what runs elsewhere."""
    record = None
    with suppress(SandboxError):  # a record that cannot be read says to type `down`
        record = state.read()
    given = record is not None and record.cluster != cluster.EMBEDDED  # `sandbox` is then another name of its context
    for stack in stacks.deployed(state.pulumi_state, World(Place(state).world).ids()):
        if stack.outside or given:
            message = (
                f"the stack {stack.name} has {stack.resources} resources outside of the sandbox, and its state, which "
                f"is their only record, would go; take them down first: "
                f'eval "$({COMMAND} env)" && pulumi destroy -s {stack.name}; or forget them: {COMMAND} down --force'
            )
            raise SandboxError(message)


def _end_processes(folder: Path) -> None:
    """End them at once: what they would save on their way out is removed a moment later."""
    for _ in range(5):  # a supervisor may have started something while we looked
        marked = [process for _, process in processes.marked(folder) if process.pid != os.getpid()]
        living = [*marked, *processes.plugins(folder)]
        if not living:
            return
        processes.kill(living)


def _refuse_leftovers(left: list[Path]) -> None:
    if left:
        message = f"could not be removed: {', '.join(map(str, left))}; end what uses it, then type: {COMMAND} down"
        raise SandboxError(message)
