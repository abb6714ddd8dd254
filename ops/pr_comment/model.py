"""A preview of one stack, as the comment needs it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from ops.pr_comment.shapes import Json
from ops.pr_comment.urns import name_in


class Does(StrEnum):
    """What happens to a resource; the loudest first."""

    REPLACE = "replace"
    DELETE = "delete"
    UNKNOWN = "unknown"
    """An operation that only a newer engine knows: it may be any of these."""
    CREATE = "create"
    UPDATE = "update"
    STAY = "stay"


class End(StrEnum):
    """How a preview ended."""

    WELL = "well"
    FAILED = "failed"
    REFUSED = "refused"
    """It went well but for a policy; so all changes are known."""
    CUT = "cut"
    """Its file ends before it does: what is known is what came before."""
    UNREAD = "unread"
    """Nothing is known of it."""


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One property that differs."""

    path: str
    """As the engine writes it: `spec.template.spec.containers[0].image`."""
    old: Any = field(default=None, repr=False)
    """As the engine writes it, secrets blinded; None where there was none."""
    new: Any = field(default=None, repr=False)
    """Likewise."""
    replaces: bool = False
    """Whether it is why the resource is replaced."""
    beside: frozenset[str] = frozenset()
    """Names that the value has in the object around it, before and afterwards: `{name: A_TOKEN, value: …}`."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """What happens to one resource."""

    urn: str
    type: str
    """`kubernetes:apps/v1:Deployment`."""
    does: Does
    op: str
    """The engine's own word for it."""
    differences: tuple[Difference, ...] = ()
    """By path."""
    old: Json = field(default_factory=Json, repr=False)
    """Inputs, as they were."""
    new: Json = field(default_factory=Json, repr=False)
    """Inputs, as they become."""
    protected: bool = False
    """Whether the engine refuses to delete it."""
    retained: bool = False
    """Whether it stays where it is when the stack forgets it."""

    @property
    def name(self) -> str:
        """Its name in the program."""
        return name_in(self.urn)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Paths of the properties that force a replacement."""
        return tuple(each.path for each in self.differences if each.replaces)

    @property
    def vague(self) -> bool:
        """Whether only the update tells what differs, if anything does."""
        return self.does is Does.UPDATE and not self.differences

    @property
    def now(self) -> Json:
        """Its inputs once this was done, or what they were before it goes."""
        return self.new or self.old


@dataclass(frozen=True, order=True)
class Diagnostic:
    """What the engine, the program or a provider said."""

    error: bool
    text: str
    resource: str
    """Name of the resource that it is about; empty where it is about none."""


@dataclass(frozen=True, kw_only=True, order=True)
class Finding:
    """What a policy found."""

    mandatory: bool
    code: str
    text: str
    severity: str
    resource: str
    """Name of the resource; empty where it is about the stack."""
    excepted: tuple[str, ...] = ()
    """Why it does not count, where somebody said so."""

    @property
    def blocks(self) -> bool:
        """Whether the update is refused because of it."""
        return self.mandatory and not self.excepted


@dataclass(frozen=True, kw_only=True)
class Preview:
    """A preview of one stack."""

    title: str
    """Stem of its file."""
    stack: str = ""
    """Name of the stack by its own resources; empty where none says it."""
    project: str = ""
    changes: tuple[Change, ...] = ()
    """Of every resource that is known, those that stay too; without the stack itself."""
    outputs: tuple[str, ...] = ()
    """Names of the stack's outputs that differ, or may."""
    diagnostics: tuple[Diagnostic, ...] = ()
    findings: tuple[Finding, ...] = ()
    end: End = End.WELL
    why: str = ""
    """A sentence, where the preview is not known to have ended well."""
    strange: tuple[str, ...] = ()
    """Words of a newer engine that are not known here."""

    def that(self, *does: Does) -> list[Change]:
        """The changes of these kinds."""
        return [each for each in self.changes if each.does in does]

    @property
    def changed(self) -> list[Change]:
        """What does not stay."""
        return [each for each in self.changes if each.does is not Does.STAY]

    @property
    def errors(self) -> list[Diagnostic]:
        """What was said of a failure."""
        return [each for each in self.diagnostics if each.error]

    @property
    def warnings(self) -> list[str]:
        """What was said besides, each once."""
        return sorted({each.text for each in self.diagnostics if each.text and not each.error})

    @property
    def known(self) -> bool:
        """Whether all of its changes are known."""
        return self.end in (End.WELL, End.REFUSED)

    @property
    def quiet(self) -> bool:
        """Whether there is nothing to tell of it but that nothing changes."""
        told = self.changed, self.outputs, self.findings, self.warnings, self.strange
        return not any(told) and self.end is End.WELL


def all_that(previews: Iterable[Preview], *does: Does) -> list[Change]:
    """The changes of these kinds in all stacks."""
    return [change for each in previews for change in each.that(*does)]
