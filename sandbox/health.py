"""Whether each part of the sandbox answers, asked as its users would: what runs may hang, and look well in a table."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from sandbox import cluster, cluster_services, control_plane, docker_engine, kubectl, node, registry
from sandbox.certificates import Authority
from sandbox.clouds.place import PART, Place, health_url
from sandbox.errors import SandboxError
from sandbox.site import Site


def silent_parts(site: Site) -> dict[str, str]:
    """Part → what is wrong with it, for those that do not answer; asked all at once, within seconds."""
    with ThreadPoolExecutor(max_workers=16) as pool:
        asked = {part: pool.submit(check) for part, check in _checks(site).items()}
        known = pool.submit(_cluster, site)
        silent = {part: "does not answer" for part, answer in asked.items() if not answer.result()}
        return silent | known.result()


def _checks(site: Site) -> dict[str, Callable[[], bool]]:
    checks: dict[str, Callable[[], bool]] = {
        "registry": lambda: registry.opens(site),
        "docker": lambda: docker_engine.answers(_docker_host()),
    }
    if Place(site.state).wanted():
        checks[PART] = partial(cluster_services.answers, health_url(site.record.ports))
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


def _cluster(site: Site) -> dict[str, str]:
    """The nodes of ours that take no pods, as the cluster knows it; of a given cluster only whether it answers.

    A user of somebody else's cluster may not be allowed to list its nodes.
    """
    given = site.record.cluster != cluster.EMBEDDED
    question = ("--raw=/version",) if given else ("nodes", "--output=json")
    try:
        done = kubectl.run(site.state, "get", *question, "--request-timeout=10s")
    except SandboxError as error:
        return {"cluster": str(error)}
    if done.returncode:
        return {"cluster": f"does not answer: {(done.stderr.strip().splitlines() or [''])[-1]}"}
    if given:
        return {}
    ready = {each["metadata"]["name"]: _is_ready(each) for each in json.loads(done.stdout)["items"]}
    options = site.record.options
    ours = node.planned(nodes=options.nodes, debian=options.debian_nodes)
    return {each.name: "not ready" for each in ours if not ready.get(each.name)}


def _is_ready(item: dict[str, dict[str, list[dict[str, str]]]]) -> bool:
    return any(each["type"] == "Ready" and each["status"] == "True" for each in item["status"]["conditions"])
