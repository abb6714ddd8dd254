"""Whether each part of the sandbox answers, asked as its users would: what runs may hang, and look well in a table."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from sandbox import cluster, cluster_services, control_plane, docker_engine, kubectl, node, registry
from sandbox.certificates import Authority
from sandbox.errors import SandboxError
from sandbox.site import Site


def silent_parts(site: Site) -> dict[str, str]:
    """Part → what is wrong with it, for those that do not answer; asked all at once, within seconds."""
    with ThreadPoolExecutor(max_workers=16) as pool:
        asked = {part: pool.submit(check) for part, check in _checks(site).items()}
        nodes = pool.submit(_nodes, site)
        silent = {part: "does not answer" for part, answer in asked.items() if not answer.result()}
        return silent | nodes.result()


def _checks(site: Site) -> dict[str, Callable[[], bool]]:
    checks: dict[str, Callable[[], bool]] = {
        "registry": lambda: registry.opens(site),
        "docker": lambda: docker_engine.answers(_docker_host()),
    }
    if site.record.cluster != cluster.EMBEDDED:
        return checks
    authority, ports = Authority(site.state.certificates), site.record.ports
    for part, url in control_plane.health_urls(ports).items():
        checks[part] = control_plane.answers(authority, url)
    for part, url in cluster_services.health_urls(ports).items():
        checks[part] = partial(cluster_services.answers, url)
    return checks


def _docker_host() -> str | None:
    return docker_engine.own_host() if docker_engine.SOCKET.exists() else None


def _nodes(site: Site) -> dict[str, str]:
    """The nodes that take no pods, as the cluster knows it."""
    try:
        done = kubectl.run(site.state, "get", "nodes", "--output=json", "--request-timeout=10s")
    except SandboxError as error:
        return {"nodes": str(error)}
    if done.returncode:
        return {"nodes": f"the cluster does not tell them: {(done.stderr.strip().splitlines() or [''])[-1]}"}
    ready = {each["metadata"]["name"]: _is_ready(each) for each in json.loads(done.stdout)["items"]}
    options = site.record.options
    ours = (
        node.planned(nodes=options.nodes, debian=options.debian_nodes)
        if site.record.cluster == cluster.EMBEDDED
        else []
    )
    names = {each.name for each in ours} or set(ready)
    return {name: "not ready" for name in sorted(names) if not ready.get(name)}


def _is_ready(item: dict[str, dict[str, list[dict[str, str]]]]) -> bool:
    return any(each["type"] == "Ready" and each["status"] == "True" for each in item["status"]["conditions"])
