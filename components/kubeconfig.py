"""Kubeconfig files: which ones apply, how they merge, and one context of them as a file of its own.

The rules are kubectl's: the files of `$KUBECONFIG` in order, missing ones skipped, the first to define a name
winning (k8s.io/client-go, tools/clientcmd/loader.go). The current context is never used.
"""

import base64
import difflib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import yaml

from components.errors import InvalidValueError

Json = dict[str, Any]

_CLUSTER_FILES = {"certificate-authority": "certificate-authority-data"}
_USER_FILES = {"client-certificate": "client-certificate-data", "client-key": "client-key-data"}


@dataclass(frozen=True)
class Context:
    """One context, with its cluster and its user."""

    name: str
    server: str
    """URL of the API server."""
    proxied: bool
    """Whether the API server is reached through a proxy of its own."""
    text: str = field(repr=False)
    """A kubeconfig with this context only. Secret: it holds the user's credentials."""
    cluster: str = ""
    """The kubeconfig's name for its cluster."""


def kubeconfig_paths(given: str | None, environment: Mapping[str, str], home: Path) -> tuple[Path, ...]:
    """The files to read: the given one, else those of `$KUBECONFIG`, else `~/.kube/config`."""
    if given is not None:
        return (home / given.removeprefix("~/") if given.startswith("~/") else Path(given),)
    listed = [each for each in environment.get("KUBECONFIG", "").split(os.pathsep) if each]
    return tuple(map(Path, listed)) if listed else (home / ".kube" / "config",)


def read_context(name: str, paths: Sequence[Path]) -> Context:
    """Find a context in kubeconfig files, and the files it points to.

    Raises:
        InvalidValueError: no file, an unreadable one, or no such context; says which contexts exist.
    """
    merged = _merge(paths)
    contexts = merged["contexts"]
    if name not in contexts:
        raise _no_context(name, list(contexts), paths)
    context = contexts[name]
    cluster = _named(merged, "clusters", context.get("cluster"), name)
    user = _named(merged, "users", context.get("user"), name) if context.get("user") else {}
    document = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": name,
        "contexts": [{"name": name, "context": _without_folder(context)}],
        "clusters": [{"name": context["cluster"], "cluster": _inline(cluster, _CLUSTER_FILES)}],
        "users": [{"name": context["user"], "user": _inline(user, _USER_FILES)}] if user else [],
    }
    text = yaml.safe_dump(document, sort_keys=True)
    return Context(name, str(cluster.get("server", "")), "proxy-url" in cluster, text, str(context["cluster"]))


_FOLDER = "folder of the file"  # beside an entry's own keys until it is rendered


def _merge(paths: Sequence[Path]) -> dict[str, dict[str, Json]]:
    merged: dict[str, dict[str, Json]] = {"contexts": {}, "clusters": {}, "users": {}}
    for path in paths:
        document = _read(path)
        for section, entries in merged.items():
            for name, body in _entries(document, section, path):
                entries.setdefault(name, {**body, _FOLDER: path.parent.resolve()})
    return merged


def _read(path: Path) -> Json:
    try:
        document = yaml.safe_load(path.read_text())
    except FileNotFoundError:
        return {}
    except OSError as error:
        reason = f"cannot read the kubeconfig {path}: {error.strerror}"
        raise InvalidValueError(reason) from error
    except (ValueError, yaml.YAMLError) as error:  # ValueError: no UTF-8, or a date such as 2026-02-30
        # The parser's own words quote the line, which may hold a token.
        reason = f"cannot read the kubeconfig {path}: no YAML{place_in(error)}"
        raise InvalidValueError(reason) from error
    return _mapping(document, path, "the file")


def place_in(error: Exception) -> str:
    """Where in a file YAML goes wrong, for the end of a sentence; empty where the error does not say."""
    mark = error.problem_mark if isinstance(error, yaml.MarkedYAMLError) else None
    return f" at line {mark.line + 1}, column {mark.column + 1}" if mark is not None else ""


def _entries(document: Json, section: str, path: Path) -> Iterator[tuple[str, Json]]:
    # Refused like kubectl does: an entry passed over in silence would let a later file define its name.
    listed: object = document.get(section) or []
    if not isinstance(listed, list):
        raise _misshapen(path, section, "a list")
    for number, each in enumerate(cast("list[object]", listed)):
        where = f"{section}[{number}]"
        entry = _mapping(each, path, where)
        if entry.get("name") is None:
            raise _misshapen(path, f"{where}.name", "there")
        key = section.removesuffix("s")
        yield str(entry["name"]), _mapping(entry.get(key), path, f"{where}.{key}")


def _mapping(value: object, path: Path, where: str) -> Json:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise _misshapen(path, where, "a mapping")
    return cast("Json", value)


def _misshapen(path: Path, where: str, wanted: str) -> InvalidValueError:
    # Without the value: what stands in the wrong place may be a credential.
    return InvalidValueError(f"cannot read the kubeconfig {path}: {where} must be {wanted}")


def _no_context(name: str, there: list[str], paths: Sequence[Path]) -> InvalidValueError:
    files = ", ".join(map(str, paths))
    if not any(path.exists() for path in paths):
        return InvalidValueError(f"there is no kubeconfig at {files}, so no context {name!r}")
    if not there:
        return InvalidValueError(f"no context {name!r}, nor any other, in {files}")
    close = difflib.get_close_matches(name, there, n=1, cutoff=0.4)
    reason = f"no context {name!r} in {files}; there are {', '.join(sorted(there))}"
    return InvalidValueError(reason, close[0] if close else sorted(there)[0])


def _named(merged: dict[str, dict[str, Json]], section: str, name: object, context: str) -> Json:
    entry = merged[section].get(str(name))
    if entry is None:
        reason = f"context {context!r} names {section.removesuffix('s')} {name!r}, which no kubeconfig defines"
        raise InvalidValueError(reason)
    return entry


def _without_folder(entry: Json) -> Json:
    return {key: value for key, value in entry.items() if key != _FOLDER}


def _inline(entry: Json, files: Mapping[str, str]) -> Json:
    # Paths mean nothing on the next machine that uses this stack, contents do.
    result = _without_folder(entry)
    for key, data_key in files.items():
        if key in result:
            path = entry[_FOLDER] / str(result.pop(key))
            result.setdefault(data_key, base64.b64encode(_bytes(path)).decode())
    if "tokenFile" in result:
        result["tokenFile"] = str(entry[_FOLDER] / str(result["tokenFile"]))
    return result


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        reason = f"the kubeconfig points to {path}, which cannot be read: {error.strerror}"
        raise InvalidValueError(reason) from error
