"""docs/policies.md, from the rules' own data: `python -m docs.policies` writes it anew.

One section for each rule, under a heading that is its code, so that the `more:` line of a finding is a good link.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from docs.markdown import table
from docs.policies_prose import NEW_RULE, TOP
from policies.catalogue import RULES
from policies.notes import NOTES
from policies.rule import Level, ResourceRule, Rule, StackRule

PAGE = Path(__file__).with_name("policies.md")
_LEVELS = {Level.OFF: "off", Level.ADVISORY: "advisory", Level.MANDATORY: "mandatory"}
_RESOURCE = "It looks at each resource before it is made or changed."
_STACK = "It looks at all resources together: in an update after they are made, in a preview before."
_WHEN: Mapping[type[Rule], str] = {ResourceRule: _RESOURCE, StackRule: _STACK}


def page() -> str:
    """The page as Markdown, ending in a newline."""
    rows = (
        (f"[{each.code}](#{each.code})", each.what, each.severity, _LEVELS[each.test], _LEVELS[each.production])
        for each in (*RULES, *NOTES)
    )
    heads = ("code", "what must hold", "severity", "test", "production")
    parts = [TOP, table(heads, rows), *map(_section, (*RULES, *NOTES)), NEW_RULE]
    return "\n".join(parts)


def _section(rule: Rule) -> str:
    return "\n".join([f"## {rule.code}", "", *_lines(rule), "[↑ table](#the-rules)", ""])


def _lines(rule: Rule) -> Iterator[str]:
    levels = f"test: {_LEVELS[rule.test]}, production: {_LEVELS[rule.production]}"
    yield from (f"{rule.what} *{rule.severity}*; {levels}.", "")
    yield from (f"**Why.** {rule.why}", "")
    yield from (f"**Fix.** {_fix(rule)}", "")
    if type(rule) in _WHEN:
        yield from (_WHEN[type(rule)], "")


def _fix(rule: Rule) -> str:
    """A command stands as it is typed, anything else as a sentence."""
    said = rule.advice("")
    return f"`{said}`" if rule.is_typed else f"{said[0].upper()}{said[1:]}."


if __name__ == "__main__":
    PAGE.write_text(page())
