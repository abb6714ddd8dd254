"""Turning an API on."""

from sandbox.clouds import sdk_types
from sandbox.clouds.google.apis import TITLES
from sandbox.clouds.google.places import Failures, project_of, with_project
from sandbox.clouds.kinds import Json, Kind, Order
from sandbox.engine.property_values import UNKNOWN


def _check(inputs: Json) -> Failures:
    found: Failures = []
    service = inputs["service"]
    if service != UNKNOWN and service.removesuffix(".googleapis.com") not in TITLES:
        found.append(("service", f"the simulation has no API {service}"))
    if inputs.get("disableOnDestroy") is True:
        found.append(("disableOnDestroy", "the simulation leaves APIs on, as others may use them"))
    return found


def _identify(order: Order) -> str:
    return f"{project_of(order)}/{order.inputs['service']}"


SERVICES = Kind(
    resource=sdk_types.resource("pulumi_gcp.projects", "Service"),
    identify=_identify,
    outputs=lambda _, __: {},
    replaces=frozenset({"project", "service"}),
    check=_check,
    defaults=with_project,
    adopts=True,
)
