"""Reading Ingresses, as the API server gives them (networking.k8s.io/v1): shapes and names, no judgement. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from pulls.kubelet.objects import Json, items, moment, name, namespace, part, text

ANNOTATION = "kubernetes.io/ingress.class"
"""How an Ingress names its class since before there were objects of that kind; some controllers read nothing else."""
MOMENT = timedelta(seconds=60)
"""Within it, controllers may not have done their part yet."""


@dataclass(frozen=True, kw_only=True)
class Edge:
    """What was read of the way from outside, at one moment, as raw objects.

    `certificates` is the text of `tls.crt` by (namespace, name) of a Secret: None where there is no such Secret, empty
    where it has no certificate or no key. `resolved` is what a name resolves to on this machine: nothing where it does
    not exist. Both have no entry for what could not be asked. `refused` is why a list could not be read, by its name:
    its field is empty then. `taken_at` is when it was read; None where nobody knows, and then nothing takes too long.
    """

    ingresses: Sequence[Json] = ()
    classes: Sequence[Json] = ()
    services: Sequence[Json] = ()
    slices: Sequence[Json] = ()
    certificates: Mapping[tuple[str, str], str | None] = field(default_factory=dict[tuple[str, str], str | None])
    resolved: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    refused: Mapping[str, str] = field(default_factory=dict[str, str])
    taken_at: datetime | None = None

    def is_young(self, of: Json) -> bool:
        """Whether an object was made a moment ago, or nobody knows when."""
        made = moment(of, "metadata", "creationTimestamp")
        return made is None or self.taken_at is None or self.taken_at - made < MOMENT

    def service(self, of_namespace: str, called: str) -> Json | None:
        """The Service of that name; None where it is not there."""
        return next(
            (each for each in self.services if (namespace(each), name(each)) == (of_namespace, called)),
            None,
        )


@dataclass(frozen=True)
class Backend:
    """A Service that an Ingress leads to, and the port of it: by its number or by its name."""

    service: str
    port: str


def class_of(ingress: Json) -> str:
    """The name of its class; empty where it names none."""
    return text(ingress, "spec", "ingressClassName") or text(ingress, "metadata", "annotations", ANNOTATION)


def addresses(ingress: Json) -> tuple[str, ...]:
    """Where it is reached: IP addresses, or names of load balancers."""
    given = items(ingress, "status", "loadBalancer", "ingress")
    return tuple(filter(None, (text(each, "ip") or text(each, "hostname") for each in given)))


def hosts(ingress: Json) -> tuple[str, ...]:
    """The hosts of its rules, each once; a rule without one is for all."""
    return tuple(dict.fromkeys(filter(None, (text(each, "host") for each in items(ingress, "spec", "rules")))))


def backends(ingress: Json) -> tuple[Backend, ...]:
    """The Services that it leads to, each port once; other kinds of backends are their controller's own."""
    return tuple(dict.fromkeys(_backends(ingress)))


def _backends(ingress: Json) -> Iterator[Backend]:
    paths = [path for rule in items(ingress, "spec", "rules") for path in items(rule, "http", "paths")]
    for each in (part(ingress, "spec", "defaultBackend"), *(part(path, "backend") for path in paths)):
        if called := text(each, "service", "name"):
            yield Backend(called, text(each, "service", "port", "number") or text(each, "service", "port", "name"))


def secrets(ingress: Json) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Name of a TLS secret → the hosts that it is for; without any, all hosts of the rules."""
    return tuple(
        (called, tuple(each.get("hosts") or hosts(ingress)))
        for each in items(ingress, "spec", "tls")
        if (called := text(each, "secretName"))
    )


def selects(service: Json, labels: Mapping[str, str]) -> bool:
    """Whether a Service has a selector, and it takes a pod with these labels."""
    wanted = part(service, "spec", "selector")
    return bool(wanted) and all(labels.get(key) == value for key, value in wanted.items())


def leading_to(edge: Edge, labels: Iterable[Mapping[str, str]]) -> Edge:
    """Only the Ingresses with a Service that takes a pod with one of these sets of labels."""
    of_pods = list(labels)

    def leads(ingress: Json) -> bool:
        found = (edge.service(namespace(ingress), each.service) for each in backends(ingress))
        return any(service is not None and any(selects(service, each) for each in of_pods) for service in found)

    return replace(edge, ingresses=[each for each in edge.ingresses if leads(each)])
