"""docs/configuration.md, every key of a stack file, from the models: `python -m docs.configuration` writes it anew.

What all targets have comes first, then what each has of its own; of a key that only one mode of a cluster or registry
takes, the mode is named. Default and description are the model's own, as in the README's table.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from types import MappingProxyType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from components.platforms.contract import Target
from components.settings_fields import element_of, field_at, is_mapping, models_of, modes
from components.settings_models import MODELS, StackSettings
from docs.config_table import SECRETS, default_of
from docs.configuration_examples import EXAMPLES
from docs.markdown import table

PAGE = Path(__file__).with_name("configuration.md")
MODES: Mapping[str, str] = MappingProxyType(
    {"create": "made by this stack", "existing": "there already", "foreign": "of another provider"}
)
NAME = "NAME"
"""Stands for a name that the stack file chooses."""
HEADS = ("key", "type", "default", "what it is", "example")
TOP = f"""\
<!-- written by: python -m docs.configuration -->

# Every key of a stack file

Keys of `Pulumi.<stack>.yaml`, below `monadic-pipeline:`. `pulumi config set` writes them; the README says
[how they are checked](../README.md#settings).

```sh
pulumi config set --path app.replicas 3 -s local
pulumi config set --secret --path appSecrets.API_KEY -s local
pulumi config rm --path app.replicas -s local
```

`{NAME}` is a name of your own, `[0]` the first of a list. A *required* key of an object that may be left out is
required once the object is there. Amounts are written as Kubernetes has them, times are seconds.

[Every target](#every-target) · [Local](#local) · [AKS](#aks) · [EKS](#eks) · [GKE](#gke) · [Secrets](#secrets) ·
[Keys of others](#keys-of-others)
"""
OTHERS = (
    (
        "`pulumi:disable-default-providers`",
        "Keep it as committed: without it, a resource of yours without a provider goes to whatever is current.",
    ),
    (
        "`azure-native:subscriptionId`, `aws:profile`, `gcp:project` and their like",
        "Which account it may be: [first run on a real account](clouds.md#first-run-on-a-real-account).",
    ),
)


@dataclass(frozen=True)
class Row:
    """One key."""

    key: str
    kind: str
    default: str
    text: str
    example: str
    """Empty for an object, which is set by its keys."""
    mode: str = ""
    """Of the cluster or registry that takes it; empty for every one."""

    @property
    def cells(self) -> tuple[str, ...]:
        """As the table has them."""
        mode = f"Only with mode `{self.mode}`. " if self.mode else ""
        example = f"`{self.example}`" if self.example else ""
        return f"`{self.key}`", self.kind, self.default, f"{mode}{self.text}", example


def rows(model: type[BaseModel], prefix: str = "") -> Iterator[Row]:
    """The keys of a model, in its own order, with those inside of each."""
    for name, field in model.model_fields.items():
        alias = field.alias or name
        if f"{prefix}{alias}" != "target":
            yield from _of_field(field, f"{prefix}{alias}", _inside(model, alias, field))


def page() -> str:
    """The page as Markdown, ending in a newline."""
    parts = [TOP, _section("Every target", [_target(), *rows(StackSettings)])]
    common = set(StackSettings.model_fields)
    for target in (Target.LOCAL, Target.AKS, Target.EKS, Target.GKE):
        own = [each for each in rows(MODELS[target]) if each.key.partition(".")[0] not in common]
        parts.append(_section("Local" if target is Target.LOCAL else target.upper(), own))
    named = {"appSecrets": f"appSecrets.{NAME}"}
    parts.append(
        _section("Secrets", [Row(named.get(key, key), "secret text", "none", text, "") for key, text in SECRETS])
    )
    return "\n".join([*parts, f"## Keys of others\n\n{table(('key', 'what it is'), OTHERS)}"])


def _target() -> Row:
    return Row("target", _words(Literal["aks", "eks", "gke", "local"]), "required", "Where the stack runs.", "local")


def _section(title: str, listed: list[Row]) -> str:
    return (
        f"## {title}\n\n{table(('key', 'type', 'default', 'what it is', 'example'), (each.cells for each in listed))}"
    )


def _inside(model: type[BaseModel], alias: str, field: FieldInfo) -> tuple[str, FieldInfo] | None:
    """What a mapping or a list holds, and how it is written behind the key."""
    if is_mapping(field):
        held = field_at(model, (alias, NAME))
        return None if held is None else (f".{NAME}", held)
    element = element_of(field)
    return None if element is None else ("[0]", element)


def _of_field(field: FieldInfo, key: str, inside: tuple[str, FieldInfo] | None) -> Iterator[Row]:
    text = " ".join((field.description or "").split())
    if inside is not None:
        suffix, held = inside
        models = models_of(held)
        yield Row(
            f"{key}{suffix}", "object" if models else _kind(held), default_of(field), text, _example(held, key + suffix)
        )
        for each in models:
            yield from rows(each, f"{key}{suffix}.")
    elif field.discriminator is not None:
        yield from _of_modes(field, key)
    elif models := models_of(field):
        if not field.is_required() and field.default is None:
            yield Row(key, "object", "none", text, "")
        yield from rows(models[0], f"{key}.")
    else:
        yield Row(key, _kind(field), default_of(field), text, _example(field, key))


def _of_modes(field: FieldInfo, key: str) -> Iterator[Row]:
    """Keys of a cluster or registry: those that every mode takes once, others with their modes."""
    names = modes(field)
    kinds = ", ".join(f"`{each}`" for each in names)
    text = ", ".join(f"`{each}`: {MODES[each]}" for each in names)
    yield Row(f"{key}.mode", kinds, "required", f"{text}.", names[0])
    each_has = (
        (mode, row) for mode, model in zip(names, models_of(field), strict=True) for row in rows(model, f"{key}.")
    )
    found = [replace(row, mode=mode) for mode, row in each_has if row.key != f"{key}.mode"]
    order = list(dict.fromkeys(each.key for each in found))
    for _, same in groupby(sorted(found, key=lambda each: order.index(each.key)), lambda each: replace(each, mode="")):
        alike = list(same)
        yield replace(alike[0], mode="" if len(alike) == len(names) else "`, `".join(each.mode for each in alike))


def _example(field: FieldInfo, key: str) -> str:
    if models_of(field):
        return ""
    chosen: Any = next(iter(field.examples or ()), EXAMPLES.get(key, _other(field)))
    if not isinstance(chosen, str | int):
        return ""
    return str(chosen).lower() if isinstance(chosen, bool) else str(chosen)


def _other(field: FieldInfo) -> object:
    """A value that is not the default, where the type has few; else the default."""
    if isinstance(field.default, bool):
        return not field.default
    choices = get_args(field.annotation) if get_origin(field.annotation) is Literal else ()
    return next((each for each in choices if each != field.default), field.default)


def _kind(field: FieldInfo) -> str:
    least, most = _limit(field, "ge"), _limit(field, "le")
    return _words(field.annotation) + ("" if least is None or most is None else f", {least} to {most}")


def _limit(field: FieldInfo, name: str) -> object:
    return next((getattr(each, name) for each in field.metadata if hasattr(each, name)), None)


def _words(annotation: Any) -> str:
    """A type in a word or two."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _words(arguments[0])
    if origin in (Union, UnionType):
        return " or ".join(_words(each) for each in arguments if each is not type(None))
    if origin is Literal:
        return ", ".join(f"`{each}`" for each in arguments)
    return {str: "text", int: "number", bool: "`true`, `false`"}[annotation]


if __name__ == "__main__":
    PAGE.write_text(page())
