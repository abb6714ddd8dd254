"""Starting and stopping the whole sandbox: in the order of dependence, with nothing left behind."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from rich.console import Console

from sandbox import (
    base_image,
    cgroups,
    cluster,
    docker_engine,
    kernel_settings,
    mounts,
    network,
    processes,
    pulumi_home,
    registry,
    strays,
)
from sandbox.cache_home import cache_home
from sandbox.errors import COMMAND, SandboxError
from sandbox.pulumi_home import CHECKOUT
from sandbox.site import Site
from sandbox.state import (
    RUNTIME,
    Options,
    Record,
    State,
    claim_machine,
    default_state,
    machine_holder,
    new_record,
    remove_tree,
)
from sandbox.toolchain import ensure_tools

_PULUMI_TOOLS = ("pulumi", "kubernetes-provider")


def up(options: Options | None, console: Console) -> Site:
    """Start what is not running, repair what is broken, and leave the rest alone.

    Args:
        options: what was asked for; None keeps what an earlier `up` was asked for.
        console: where progress is shown.

    Raises:
        SandboxError: another checkout holds the sandbox, something is missing, or a part does not start.
    """
    state = default_state()
    _refuse_other_holder(state)
    record = _record(state, options)
    _refuse_no_root(record)
    tools = ensure_tools(_wanted(record), console)
    state.write(record)
    claim_machine(record, state)
    console.print(f"cluster: {record.cluster} ({record.cluster_reason})", highlight=False)
    site = Site(state, record, {name: tool.path for name, tool in tools.by_name.items()}, console.print)
    if _makes_networks(record):
        kernel_settings.remember(state.folder / "kernel-settings.json")
        strays.remember(state.folder / "strays.json")
        kernel_settings.forward_packets()
        network.up(nodes=record.options.nodes)
    with ThreadPoolExecutor() as pool:
        started: list[Callable[[], object]] = [
            lambda: registry.up(site),
            lambda: cluster.up(site),
            lambda: base_image.up(docker_engine.up(site)),
        ]
        for each in [pool.submit(start) for start in started]:
            each.result()
    pulumi_home.prepare(site, tools["pulumi"].origin)
    return site


def _record(state: State, options: Options | None) -> Record:
    present = state.read()
    if present is not None and options in (None, present.options):
        present.checkout = CHECKOUT
        return present
    wanted = options or Options()
    chosen, reason = cluster.choose(wanted)
    if present is not None and (chosen != present.cluster or wanted.nodes < present.options.nodes):
        runs = f"{present.cluster} and {present.options.nodes} nodes"
        message = f"the sandbox runs with {runs}, which can only grow; type first: {COMMAND} down"
        raise SandboxError(message)
    fresh = new_record(wanted, chosen, reason, CHECKOUT)
    return fresh.model_copy(update={"ports": present.ports}) if present is not None else fresh


def _wanted(record: Record) -> list[str]:
    embedded = cluster.EMBEDDED_TOOLS if record.cluster == cluster.EMBEDDED else ("kube",)
    return [*_PULUMI_TOOLS, *embedded]


def _refuse_other_holder(state: State) -> None:
    holder = machine_holder()
    if holder is None:
        return
    checkout, folder = holder
    alive = processes.marked(folder)
    if not alive or (folder == state.folder and (checkout == CHECKOUT or not checkout.exists())):
        return
    message = (
        f"the sandbox of this machine is held by {checkout} (state in {folder}); "
        f"use it there, or end it there: cd {checkout} && make down"
    )
    raise SandboxError(message)


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


def down(console: Console) -> None:
    """End everything that the sandbox runs and remove everything that it made, but for the built tools.

    Works from any checkout and after any crash, as it looks for what is there rather than for what was noted.

    Raises:
        SandboxError: something could not be removed; the message names it.
    """
    state = default_state()
    holder = machine_holder()
    folders = {state.folder, *([holder[1]] if holder else [])}
    base_image_in_machine = state.folder.exists() and not docker_engine.SOCKET.exists()
    for folder in folders:
        _end_processes(folder)
    left = cgroups.remove()
    mounts.remove_below(RUNTIME)
    for folder in folders:
        mounts.remove_below(folder)
        kernel_settings.restore(folder / "kernel-settings.json")
        strays.remove(folder / "strays.json", folder)
    network.down()
    if base_image_in_machine:
        base_image.remove(None)
    for folder in (*folders, RUNTIME):
        remove_tree(folder)
    _refuse_leftovers([*left, *(each for each in (*folders, RUNTIME) if each.exists())])
    console.print(f"the sandbox is gone; built tools stay in {cache_home() / 'tools'}", highlight=False)


def _end_processes(folder: Path) -> None:
    """End them at once: what they would save on their way out is removed a moment later."""
    for _ in range(5):  # a supervisor may have started something while we looked
        living = [process for _, process in processes.marked(folder) if process.pid != os.getpid()]
        if not living:
            return
        processes.kill(living)


def _refuse_leftovers(left: list[Path]) -> None:
    if left:
        message = (
            f"could not be removed: {', '.join(map(str, left))}; end what uses it, then type: {COMMAND} down"
        )
        raise SandboxError(message)
