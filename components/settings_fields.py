"""Where a path of a stack file leads to in its models, and which values fit there. Pure."""

import json
from collections.abc import Mapping, Sequence
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from pydantic.config import JsonDict
from pydantic.fields import FieldInfo

from components.stack_file import Path

USUAL: JsonDict = {"usual": True}
"""Marks a key (`json_schema_extra`) that may be absent and that an object mostly has."""


def field_at(model: type[BaseModel], path: Path, *, needed: bool = False) -> FieldInfo | None:
    """The field that a path leads to, also inside of mappings and lists; None for the top and for unknown keys.

    Args:
        model: of the file, or of a part.
        path: from there.
        needed: of several modes, the one that must have the key, in whose words it is then missed.
    """
    here: list[Any] = [model]
    field: FieldInfo | None = None
    for key in path:
        inner = [each for kind in here if (each := _inner(kind, key)) is not None]
        inner.sort(key=lambda each: needed and not each.is_required())
        field = next(iter(inner), None)
        here = _kinds(field.annotation) if field is not None else []
    return field


def names_at(model: type[BaseModel], path: Path) -> list[str]:
    """The keys that a model takes at a path; of a choice between models, those of all of them."""
    field = field_at(model, path)
    here = models_of(field) if path else [model]
    return list(dict.fromkeys(name.alias or key for each in here for key, name in each.model_fields.items()))


def models_of(field: FieldInfo | None) -> list[type[BaseModel]]:
    """The models that a field takes one of; none if it takes other values."""
    return [each for each in _kinds(field.annotation) if _is_model(each)] if field is not None else []


def element_of(field: FieldInfo) -> FieldInfo | None:
    """What a list holds; None if the field is no list."""
    return next((each for each in (_inner(kind, 0) for kind in _kinds(field.annotation)) if each is not None), None)


def is_mapping(field: FieldInfo) -> bool:
    """Whether it holds values by names that the file chooses."""
    return any(get_origin(each) is Mapping for each in _kinds(field.annotation))


def needed_of(field: FieldInfo) -> list[tuple[str, FieldInfo]]:
    """The keys that the first of a field's models must have or usually has, without the mode."""
    here = models_of(field)[:1]
    fields = ((str(each.alias), each) for model in here for each in model.model_fields.values())
    usual = [(key, each) for key, each in fields if each.is_required() or each.json_schema_extra == USUAL]
    return [(key, each) for key, each in usual if key != "mode"]


def can_go(field: FieldInfo) -> bool:
    """Whether the key may be absent; what a mapping or a list holds always may."""
    return field.alias is None or not field.is_required()


def modes(field: FieldInfo) -> list[str]:
    """The modes of a choice between models."""
    return [str(get_args(each.model_fields["mode"].annotation)[0]) for each in models_of(field)]


def without_modes(path: Path, model: type[BaseModel]) -> Path:
    """A path as the file has it: pydantic puts the chosen mode between an object and its keys."""
    kept: list[str | int] = []
    for key in path:
        field = field_at(model, tuple(kept))
        if field is not None and field.discriminator is not None and key in modes(field):
            continue
        kept.append(key)
    return tuple(kept)


def takes(field: FieldInfo, value: object) -> bool:
    """Whether a text, number or boolean is right for a field; models and lists take none."""
    if models_of(field) or element_of(field) is not None or is_mapping(field):
        return False
    kind: Any = field.annotation
    for each in field.metadata:
        kind = Annotated[kind, each]
    try:
        TypeAdapter[Any](kind, config=ConfigDict(strict=True)).validate_json(json.dumps(value))
    except ValidationError:
        return False
    return True


def _inner(kind: Any, key: str | int) -> FieldInfo | None:
    if _is_model(kind):
        return next((each for each in kind.model_fields.values() if each.alias == key), None)
    inside: Mapping[Any, type] = {Mapping: str, Sequence: int, tuple: int}
    origin, arguments = get_origin(kind), get_args(kind)
    if inside.get(origin) is not type(key):
        return None
    return FieldInfo.from_annotation(arguments[1 if origin is Mapping else 0])


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _kinds(annotation: Any) -> list[Any]:
    """What a value may be, one by one: `A | None` is two, `Annotated[A, …]` is A."""
    if get_origin(annotation) is Annotated:
        return _kinds(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return [inner for each in get_args(annotation) for inner in _kinds(each)]
    return [annotation]
