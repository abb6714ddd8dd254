"""What the sandbox runs: a table for people."""

import time
from contextlib import suppress
from datetime import UTC, datetime

import psutil
from rich.console import Console
from rich.table import Table

from sandbox import cluster, docker_engine, health, node, processes, upkeep
from sandbox.build_progress import duration
from sandbox.clouds.place import PART, Place
from sandbox.errors import COMMAND
from sandbox.site import Site
from sandbox.state import Options, Record, State

_DEFAULTS = Options()


def show(state: State, record: Record, console: Console) -> bool:
    """Print the table; whether each part that should run does, and answers."""
    running = processes.leaders(state.folder)
    expected = _expected(state, record)
    silent = health.silent_parts(Site(state, record, tools={}))
    age = duration((datetime.now(UTC) - record.since).total_seconds())
    console.print(f"cluster: {record.cluster} ({record.cluster_reason})", highlight=False, markup=False)
    console.print(f"held by {record.checkout}, user {record.user}, for {age}; state in {state.folder}", highlight=False)
    table = Table("part", "pid", "memory", "running", "health", box=None, pad_edge=False)
    for part in sorted({*running, *expected}):
        table.add_row(part, *_cells(running.get(part)), "" if part not in running else silent.get(part, "well"))
    console.print(table)
    missing = sorted(expected - set(running))
    problems = [f"{part} does not run" for part in missing]
    problems += [f"{part}: {reason}" for part, reason in silent.items() if part not in missing]
    if problems:
        console.print(f"{'; '.join(problems)}; type: {COMMAND} up", highlight=False, markup=False)
    return not problems


def differing_ports(options: Options) -> list[str]:
    """What must be typed when the sandbox does not listen where the committed stack file looks."""
    lines: list[str] = []
    if options.http_port != _DEFAULTS.http_port:
        lines.append(f"pulumi config set --path ingress.port {options.http_port} -s local")
    if options.registry_port != _DEFAULTS.registry_port:
        lines.append(f"pulumi config set --path registry.host 127.0.0.1:{options.registry_port} -s local")
    return ["the stack file names other ports; type:", *lines] if lines else []


def _expected(state: State, record: Record) -> set[str]:
    parts = {"registry", *(["docker"] if docker_engine.SOCKET.exists() else [])}
    parts |= {PART} if Place(state).wanted() else set()
    if record.cluster != cluster.EMBEDDED:
        return parts
    nodes = node.planned(nodes=record.options.nodes, debian=record.options.debian_nodes)
    parts |= {"etcd", "apiserver", "controllers", "scheduler", "proxy", "dns", "ingress", upkeep.PART}
    return parts | {f"{part}-{each.name}" for each in nodes for part in ("containerd", "kubelet")}


def _cells(process: psutil.Process | None) -> tuple[str, str, str]:
    if process is not None:
        with suppress(psutil.Error):
            memory = f"{process.memory_info().rss / 1e6:.0f} MB"
            return str(process.pid), memory, duration(time.time() - process.create_time())
    return "-", "-", "not running"
