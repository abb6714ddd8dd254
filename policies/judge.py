"""Findings of the rules: what is read, what is let be, and how it is said. Knows nothing of the protocol."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from policies.catalogue import RULES
from policies.facts import Facts
from policies.notes import KNOWN_LATER, SUPPRESSION_ENDED, known_later, suppressions_ended
from policies.rule import Resource, ResourceRule, Rule, Stack, StackRule
from policies.suppression import Suppression
from policies.suppressions import lets_be
from policies.values import Watched
from pulls.text.redact import redact


@dataclass(frozen=True)
class Finding:
    """What breaks a rule."""

    rule: Rule
    text: str
    urn: str
    """Empty for the stack itself."""
    stack: str
    """Its name, for what is to be typed."""

    @property
    def message(self) -> str:
        """As a person reads it; the rule's own sentence is the first line."""
        fix = self.rule.advice(self.stack)
        return f"{self.rule.what}\n{redact(self.text)}\nfix: {fix}\nmore: docs/policies.md#{self.rule.code}"


@dataclass
class Judge:
    """Looks at the resources of one run, in the order in which the engine has them."""

    facts: Facts
    suppressions: Sequence[Suppression] = ()
    today: dt.date = dt.date.min
    rules: Sequence[Rule] = RULES
    _seen: dict[str, Resource] = field(default_factory=dict[str, Resource])
    _unknown: dict[tuple[str, str], set[str]] = field(
        default_factory=lambda: defaultdict[tuple[str, str], set[str]](set)
    )

    def resource(self, resource: Resource) -> list[Finding]:
        """The findings of a resource before it is made or changed; it is remembered for `stack`."""
        self._seen[resource.urn] = resource
        stack = Stack(self.facts, [*self._seen.values()])
        return [
            Finding(rule, text, resource.urn, self.facts.stack)
            for rule in self.rules
            if isinstance(rule, ResourceRule) and rule.is_about(resource.type)
            for text in rule.look(self._watched(resource, rule), stack)
            if not self._let_be(rule, resource)
        ]

    def stack(self, resources: Sequence[Resource]) -> list[Finding]:
        """The findings of all resources together.

        Args:
            resources: all; inputs that `resource` saw are taken in place of what these have, which the engine takes
                from outputs.
        """
        every = [self._seen.get(each.urn, each) for each in resources]
        found: list[Finding] = []
        for rule in self.rules:
            if isinstance(rule, StackRule):
                watched = Stack(self.facts, [self._watched(each, rule) for each in every])
                found += [
                    Finding(rule, text, resource.urn, self.facts.stack)
                    for resource, text in rule.judge(watched)
                    if not self._let_be(rule, resource)
                ]
        return [*found, *self._notes()]

    def _notes(self) -> Iterator[Finding]:
        for text in suppressions_ended(self.suppressions, self.facts.stack, self.today):
            yield Finding(SUPPRESSION_ENDED, text, "", self.facts.stack)
        later = known_later(self._unknown)
        if later is not None:
            yield Finding(KNOWN_LATER, later, "", self.facts.stack)

    def _watched(self, resource: Resource, rule: Rule) -> Resource:
        def note(path: str) -> None:
            self._unknown[resource.shown, path].add(rule.code)

        return replace(resource, inputs=Watched(resource.inputs, note))

    def _let_be(self, rule: Rule, resource: Resource) -> bool:
        return lets_be(self.suppressions, rule.code, resource, self.facts.stack, self.today)
