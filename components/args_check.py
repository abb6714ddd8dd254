"""Whether the arguments of a PipelineApp can work, for programs that have no stack file of ours to check them in."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Annotated, Any, Literal, cast

import pulumi
from pydantic import AfterValidator, Field, TypeAdapter, ValidationError

from components.domain import (
    AppName,
    Cidr,
    ContainerPath,
    FileName,
    HostName,
    ObjectName,
    Port,
    Seconds,
    UrlPath,
    VariableName,
    VolumeName,
)
from components.errors import ConfigError, InvalidValueError
from components.object_names import check_label, check_label_value
from components.pipeline_args import PipelineAppArgs
from components.references import check_loaded, check_reference
from pulls.fixes import Target

_Json = dict[str, Any]
_Positive = Annotated[int, Field(ge=1)]
_User = Annotated[int, Field(ge=1, lt=2**31)]
_Label = Annotated[str, AfterValidator(check_label)]
_LabelValue = Annotated[str, AfterValidator(check_label_value)]
_KINDS: Mapping[str, Any] = {
    "name": AppName,
    "port": Port,
    "service_port": Port,
    "replicas": Annotated[int, Field(ge=0)],
    "ready_path": UrlPath,
    "health_path": UrlPath,
    "config_path": ContainerPath,
    "secrets_path": ContainerPath,
    "run_as_user": _User,
    "start_seconds": Seconds,
    "min_ready_seconds": Seconds,
    "drain_seconds": Seconds,
    "shutdown_seconds": Seconds,
    "timeout_seconds": Annotated[int, Field(ge=1)],
    "ingress.host": HostName,
    "ingress.tls_secret": ObjectName,
    "ingress.url_port": Port,
    "autoscaling.min_replicas": _Positive,
    "autoscaling.max_replicas": _Positive,
    "autoscaling.cpu_percent": _Positive,
    # The types say it too, but not to programs in other languages.
    "guard.rehearsal": Literal["pull", "off"],
    "guard.target": Literal[*(each.value for each in Target)],
    "guard.rehearsal_seconds": Seconds,
}
_NAMES: Mapping[str, Any] = {
    "environment": VariableName,
    "secrets": VariableName,
    "config_files": FileName,
    "volumes": VolumeName,
    "labels": _Label,
}
"""Arguments whose keys are names."""
_OF_PORT = ("service_port", "ready_path", "health_path", "drain_seconds", "ingress")
"""Arguments of what listens."""


@contextmanager
def one_refusal(name: str) -> Generator[None]:
    """Ends in one message what a value of the arguments is refused for.

    Raises:
        ConfigError: names the app and what is wrong.
    """
    try:
        yield
    except InvalidValueError as error:
        raise _refusal(name, [str(error)]) from error


def check_args(name: str, args: PipelineAppArgs) -> None:
    """Check what is known before anything is registered; outputs are the cluster's to judge.

    Raises:
        ConfigError: all that is wrong.
    """
    given = cast("_Json", args)
    wrong = [problem for path, kind in _KINDS.items() for problem in _problems(path, kind, _at(given, path))]
    for key, kind in _NAMES.items():
        wrong += [text for each in _part(given, key) for text in _problems(f"{key}[{each!r}]", kind, each)]
    for key, value in _part(given, "labels").items():
        wrong += _problems(f"labels[{key!r}]", _LabelValue, value)
    for key, volume in _part(given, "volumes").items():
        wrong += _problems(f"volumes[{key!r}].path", ContainerPath, volume.get("path"))
    for number, each in enumerate(args.get("egress") or ()):
        wrong += _problems(f"egress[{number}].cidr", Cidr, each.get("cidr"))
    wrong += [*_image(args), *_twice(given), *_without_ingress(_part(given, "ingress")), *_without_port(given)]
    if wrong:
        raise _refusal(name, wrong)


def checked_image(args: PipelineAppArgs, image: str) -> str:
    """The image as pods get it.

    Raises:
        InvalidValueError: it does not name one content for ever.
    """
    guard = args.get("guard")
    # A tag only where the nodes are given the image before any pod is made: it brings no image there.
    loads = guard is not None and guard.get("loader") is not None
    return check_loaded(image) if loads else check_reference(image)


def _image(args: PipelineAppArgs) -> list[str]:
    image = args.get("image")
    if not isinstance(image, str):
        return []
    try:
        checked_image(args, image)
    except InvalidValueError as error:
        return [str(error)]
    return []


def _twice(given: _Json) -> list[str]:
    if given.get("secrets_as_files"):
        return []
    both = sorted({*_part(given, "environment")} & {*_part(given, "secrets")})
    return [f"{each} is both in environment and in secrets" for each in both]


def _without_ingress(ingress: _Json) -> list[str]:
    if not ingress or ingress.get("class_name") is not None or ingress.get("tls_secret") is None:
        return []
    return ["ingress.tls_secret: no load balancer reads a certificate from a Secret; give ingress.class_name too"]


def _without_port(given: _Json) -> list[str]:
    if "port" in given:
        return []
    listed = [each for each in _OF_PORT if given.get(each) is not None]
    return [f"{each}: nothing listens; give port too" for each in listed]


def _part(given: _Json, key: str) -> _Json:
    return given.get(key) or {}


def _at(given: _Json, path: str) -> object:
    first, _, second = path.partition(".")
    return _part(given, first).get(second) if second else given.get(first)


def _problems(path: str, kind: Any, value: object) -> list[str]:
    if value is None or isinstance(value, pulumi.Output):
        return []
    try:
        TypeAdapter[Any](kind).validate_python(value, strict=True)
    except ValidationError as error:
        return [f"{path}: {_reason(cast('Mapping[str, Any]', each))}" for each in error.errors()]
    return []


def _reason(error: Mapping[str, Any]) -> str:
    cause = error.get("ctx", {}).get("error")
    if isinstance(cause, InvalidValueError):
        return str(cause)
    return f"{error['msg'].replace('Input should be', 'must be')}, not {error['input']!r}"


def _refusal(name: str, wrong: list[str]) -> ConfigError:
    return ConfigError("\n  ".join([f"PipelineApp {name!r} cannot work:", *wrong]))
