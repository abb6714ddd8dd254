"""A simulated vector database: the part of Qdrant's REST API that keeps points and finds near ones.

A collection is a file below /qdrant/storage/collections, written before an answer says that its points are kept.
Standard library only.
"""

import hmac
import json
import math
import os
import re
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sandbox.services.stand_ins.serving import Answer, Refusal, Request, Route, serve

_STORAGE = Path(os.environ.get("QDRANT__STORAGE__STORAGE_PATH", "/qdrant/storage"))
_KEY = os.environ.get("QDRANT__SERVICE__API_KEY", "")
_OPEN = ("/", "/healthz", "/livez", "/readyz")
_writing = threading.Lock()

Collection = dict[str, Any]


def guard(path: str, headers: Mapping[str, str]) -> None:
    """Refuse who has not the key, but for probes."""
    given = headers.get("api-key", headers.get("authorization", "").removeprefix("Bearer "))
    if _KEY and path not in _OPEN and not hmac.compare_digest(given.encode(), _KEY.encode()):
        raise Refusal(401, "Must provide an API key or an Authorization bearer token")


def _file(name: str) -> Path:
    if not re.fullmatch(r"[-\w]+", name):
        raise Refusal(422, _error(f"Wrong collection name {name!r}"))
    return _STORAGE / "collections" / f"{name}.json"


def _error(text: str) -> Collection:
    return {"status": {"error": text}, "time": 0.0}


def _ok(result: object) -> Answer:
    return Answer({"result": result, "status": "ok", "time": 0.0})


def _read(name: str) -> Collection:
    try:
        return json.loads(_file(name).read_text())
    except FileNotFoundError:
        raise Refusal(404, _error(f"Not found: Collection `{name}` doesn't exist!")) from None


def _write(name: str, collection: Collection) -> None:
    file = _file(name)
    file.parent.mkdir(parents=True, exist_ok=True)
    scratch = file.with_suffix(".partial")
    with scratch.open("w") as output:
        json.dump(collection, output)
        output.flush()
        os.fsync(output.fileno())
    scratch.replace(file)


def _names(_: Request) -> Answer:
    folder = _STORAGE / "collections"
    found = sorted(folder.glob("*.json")) if folder.is_dir() else []
    return _ok({"collections": [{"name": file.stem} for file in found]})


def _create(request: Request) -> Answer:
    name = request.parts[0]
    with _writing:
        if _file(name).exists():
            raise Refusal(409, _error(f"Wrong input: Collection `{name}` already exists!"))
        _write(name, {"vectors": request.body["vectors"], "points": {}})
    return _ok(result=True)


def _show(request: Request) -> Answer:
    collection = _read(request.parts[0])
    return _ok({"status": "green", "points_count": len(collection["points"])})


def _upsert(request: Request) -> Answer:
    name = request.parts[0]
    with _writing:
        collection = _read(name)
        for point in request.body["points"]:
            if len(point["vector"]) != collection["vectors"]["size"]:
                size = collection["vectors"]["size"]
                raise Refusal(400, _error(f"Vector dimension error: expected dim: {size}, got {len(point['vector'])}"))
            collection["points"][str(point["id"])] = point
        _write(name, collection)
    return _ok({"operation_id": time.time_ns(), "status": "completed"})


def _search(request: Request) -> Answer:
    points = _read(request.parts[0])["points"].values()
    wanted: Sequence[float] = request.body["vector"]
    scored = sorted(((_cosine(wanted, each["vector"]), each) for each in points), key=lambda pair: -pair[0])
    limit = int(request.body.get("limit", 10))
    return _ok([{"id": each["id"], "score": score, "payload": each.get("payload")} for score, each in scored[:limit]])


def _cosine(one: Sequence[float], other: Sequence[float]) -> float:
    lengths = math.hypot(*one) * math.hypot(*other)
    return sum(a * b for a, b in zip(one, other, strict=True)) / lengths if lengths else 0.0


def _healthy(_: Request) -> Answer:
    return Answer("all shards are ready (simulated)")


_NAME = "/collections/([^/]+)"
ROUTES: list[Route] = [
    ("GET", "/", lambda _: Answer({"title": "qdrant - vector search engine", "version": "0.0.0-simulated"})),
    *(("GET", path, _healthy) for path in _OPEN[1:]),
    ("GET", "/collections", _names),
    ("PUT", _NAME, _create),
    ("GET", _NAME, _show),
    ("PUT", f"{_NAME}/points", _upsert),
    ("POST", f"{_NAME}/points/search", _search),
]


if __name__ == "__main__":
    serve({6333: ROUTES}, guard)
