"""Whether the hosts of an Ingress lead to its address, as this machine resolves them. Pure."""

from ipaddress import ip_address

from pulls.edge.objects import Edge, addresses, hosts
from pulls.kubelet.objects import Json, name


def names_to_ask(ingress: Json) -> tuple[str, ...]:
    """What has to be resolved to judge: its hosts, and load balancers that have a name; nothing without an address.

    What ends in `.localhost` is this machine by itself (RFC 6761, 6.3), and a wildcard is no name.
    """
    given = addresses(ingress)
    asked = [each for each in hosts(ingress) if not each.startswith("*") and not _is_local(each)]
    return (*asked, *(each for each in given if not _is_ip(each))) if given and asked else ()


def unresolved(ingress: Json, edge: Edge) -> list[str]:
    """Its hosts that do not exist for this machine."""
    lead = ", ".join(addresses(ingress))
    gone = [each for each in hosts(ingress) if each in names_to_ask(ingress) and edge.resolved.get(each) == ()]
    return [f"this machine finds no address for {each}; the Ingress has {lead}" for each in gone]


def elsewhere(ingress: Json, edge: Edge) -> list[str]:
    """Its hosts that lead to other addresses. That is no mistake where something stands before the cluster."""
    own = _own(ingress, edge)
    if not own:
        return []
    found = {each: edge.resolved.get(each, ()) for each in hosts(ingress) if each in names_to_ask(ingress)}
    return [
        f"{host} resolves to {', '.join(there)}, and Ingress {name(ingress)} has {', '.join(addresses(ingress))}; "
        "all is well when a CDN, a proxy or a tunnel is between them, else change the DNS record"
        for host, there in found.items()
        if there and not own & {*there}
    ]


def _own(ingress: Json, edge: Edge) -> set[str]:
    """Its IP addresses; nothing where one of its load balancers is not known by any."""
    found = [(each,) if _is_ip(each) else edge.resolved.get(each, ()) for each in addresses(ingress)]
    return {address for each in found for address in each} if all(found) else set()


def _is_local(host: str) -> bool:
    return host.lower().rstrip(".").rpartition(".")[2] == "localhost"


def _is_ip(given: str) -> bool:
    try:
        ip_address(given)
    except ValueError:
        return False
    return True
