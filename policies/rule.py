"""What a rule is, and what it looks at."""

import re
import shlex
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from components.workload_relations import Workload, each_object
from policies.facts import Facts, Profile
from policies.values import Json

_KUBERNETES = "kubernetes:"
_STACK = "{stack}"
_API_VERSION = re.compile(r"/v\d{8}(preview|privatepreview)?(?=:)")
"""Azure's, in the type of a resource: `azure-native:containerregistry/v20230701:Registry`."""


class Severity(StrEnum):
    """How bad it is; the words are Pulumi's."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class Level(StrEnum):
    """What a finding does to a preview and an update; the words are Pulumi's."""

    OFF = "disabled"
    ADVISORY = "advisory"
    MANDATORY = "mandatory"


@dataclass(frozen=True)
class Provider:
    """Of a resource, as the engine chose it."""

    name: str
    """`default_4_25_0` for one that no program asked for."""
    inputs: Json


@dataclass(frozen=True)
class Resource:
    """A resource of a stack."""

    type: str
    """Without the version of Azure's API."""
    name: str
    urn: str
    inputs: Json
    """As the provider checked them."""
    protect: bool = False
    provider: Provider | None = None
    """None for a component."""

    @property
    def shown(self) -> str:
        """`Deployment web`, as a message names it."""
        return f"{self.type.rpartition(':')[2]} {self.name}"


def plain_type(token: str) -> str:
    """A type without the version of Azure's API."""
    return _API_VERSION.sub("", token)


@dataclass(frozen=True)
class Stack:
    """All resources of a stack; for a rule of one resource those that came before it."""

    facts: Facts
    resources: Sequence[Resource]

    def of(self, *types: str) -> list[Resource]:
        """Those of some types."""
        return [each for each in self.resources if each.type in types]

    @cached_property
    def objects(self) -> list[tuple[Resource, Workload]]:
        """The Kubernetes objects, those in lists too, with the resource that each belongs to."""
        return [(each, seen) for each in self.resources for seen in objects_of(each)]

    @cached_property
    def workloads(self) -> list[Workload]:
        """The objects alone."""
        return [seen for _, seen in self.objects]


def objects_of(resource: Resource) -> list[Workload]:
    """The Kubernetes objects that a resource makes; none for any other kind of resource."""
    if not resource.type.startswith(_KUBERNETES):
        return []
    return each_object(Workload(resource.type.removeprefix(_KUBERNETES), resource.name, resource.inputs))


@dataclass(frozen=True)
class Rule:
    """The data of a rule, which the pack, its page and its tests share."""

    code: str
    """Stable: suppressions and links name it."""
    what: str
    """What must hold, one sentence."""
    why: str
    """What happens otherwise."""
    fix: str
    """What to do, one line; a command to type has `-s {stack}`, and what else is to be said behind a `#`."""
    severity: Severity
    production: Level
    test: Level

    @property
    def is_typed(self) -> bool:
        """Whether the fix is a command."""
        return _STACK in self.fix

    def advice(self, stack: str) -> str:
        """The fix for a stack: without its name a command would change whichever is selected. Empty for none."""
        return self.fix.replace(_STACK, shlex.quote(stack or "STACK"))

    def level(self, profile: Profile) -> Level:
        """What a finding does in a stack of a profile."""
        return self.production if profile is Profile.PRODUCTION else self.test


@dataclass(frozen=True)
class ResourceRule(Rule):
    """Looks at each resource before it is made or changed."""

    types: tuple[str, ...] = field(kw_only=True)
    """Of resources that it is about: whole ones, or `kubernetes:` and the like for all that begin so."""
    look: Callable[[Resource, Stack], Iterable[str]] = field(kw_only=True)
    """Sentences on what is wrong."""

    def is_about(self, type_: str) -> bool:
        """Whether it looks at resources of a type."""
        return type_.startswith(tuple(each for each in self.types if each.endswith((":", "/")))) or type_ in self.types


@dataclass(frozen=True)
class StackRule(Rule):
    """Looks at all resources together; in an update after they are made."""

    judge: Callable[[Stack], Iterable[tuple[Resource, str]]] = field(kw_only=True)
    """What is wrong, and with which resource."""
