"""Secrets in clear among the values of a Helm chart. Pure.

A text that Pulumi knows as a secret is none: it is encrypted in the state, and Helm keeps a release in a Secret. And a
name of a Secret is none, by which charts are told where a password is.
"""

import re
from collections.abc import Iterator

from components.secret_like import secret_kind
from components.workload_rules import HiddenText
from policies.values import listed, mapping

CHARTS = ("kubernetes:helm.sh/v3:Release", "kubernetes:helm.sh/v4:Chart")
_REFERS = re.compile(r"(?i)(?<!client)(?<!client_)secret(_?key)?$")
"""How the value is called that says in which Secret, or under which key of one, something is."""
_OBJECT_NAME = re.compile(r"[a-z0-9](?:[-._A-Za-z0-9]{0,251}[a-z0-9])?")


def chart_secrets(values: object, path: str = "") -> Iterator[str]:
    """What holds a credential, by its path: `db.password holds a secret in clear (known by its name)`."""
    fields = mapping(values)
    if isinstance(fields.get("name"), str) and isinstance(fields.get("value"), str):
        # As charts take variables for containers.
        yield from _of_text(str(fields["name"]), fields["value"], f"{path}[{fields['name']!r}]")
        return
    for name, value in fields.items():
        inner = f"{path}.{name}".lstrip(".")
        if isinstance(value, str):
            yield from _of_text(name, value, inner)
        for each in listed(value):
            yield from chart_secrets(each, inner)


def _of_text(name: str, value: object, path: str) -> Iterator[str]:
    if not isinstance(value, str) or isinstance(value, HiddenText):
        return
    refers = _REFERS.search(name) and _OBJECT_NAME.fullmatch(value)
    kind = secret_kind("" if refers else name, value)
    if kind is not None:
        yield f"{path} holds a secret in clear ({kind}); use pulumi config set --secret, and values from require_secret"
