"""A simulated LLM server: the part of Ollama's API that pulls models and answers. Standard library only.

`serve` serves, `pull MODEL` has a server pull one, as the real program does; models are files below OLLAMA_MODELS. Any
can be pulled whose name does not begin with `missing`.
"""

import json
import os
import sys
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from sandbox.services.stand_ins.serving import Answer, Refusal, Request, Route, serve

_PORT = 11434
_NO_MODEL = "pull model manifest: file does not exist"
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def _folder() -> Path:
    folder = Path(os.environ.get("OLLAMA_MODELS", "/data/models"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _with_tag(model: str) -> str:
    return model if ":" in model.rpartition("/")[2] else f"{model}:latest"


def _file(model: str) -> Path:
    return _folder() / _with_tag(model).replace("/", "%2F")


def _tags(_: Request) -> Answer:
    names = [file.name.replace("%2F", "/") for file in sorted(_folder().iterdir())]
    return Answer({"models": [{"name": name, "model": name, "size": 1} for name in names]})


def _pull(request: Request) -> Answer:
    model = str(request.fields.get("model") or request.fields.get("name") or "")
    if not model or model.startswith("missing"):
        return Answer([{"status": "pulling manifest"}, {"error": _NO_MODEL}])
    _file(model).write_text("simulated\n")
    return Answer([{"status": "pulling manifest"}, {"status": "verifying sha256 digest"}, {"status": "success"}])


def _generate(request: Request) -> Answer:
    body = request.fields
    model = str(body.get("model", ""))
    if not _file(model).exists():
        raise Refusal(404, {"error": f"model '{model}' not found"})
    words = f"simulated answer of {model} to: {body.get('prompt', '')}"
    return Answer({"model": model, "response": words, "done": True})


ROUTES: list[Route] = [
    ("GET", "/", lambda _: Answer("Ollama is running (simulated)")),
    ("GET", "/api/version", lambda _: Answer({"version": "0.0.0-simulated"})),
    ("GET", "/api/tags", _tags),
    ("POST", "/api/pull", _pull),
    ("POST", "/api/generate", _generate),
]


def _have_pulled(model: str) -> int:
    url = f"{os.environ.get('OLLAMA_HOST', f'http://127.0.0.1:{_PORT}')}/api/pull"
    request = urllib.request.Request(url, json.dumps({"model": model}).encode(), method="POST")  # noqa: S310 - http
    try:
        with _opener.open(request, timeout=60) as answer:
            lines = [json.loads(line) for line in answer]
    except (OSError, ValueError) as error:
        return _fail(str(error))
    failed = [each["error"] for each in lines if "error" in each]
    if failed:
        return _fail(failed[0])
    print("success (simulated)", flush=True)
    return 0


def _fail(reason: str) -> int:
    print(f"Error: {reason}", file=sys.stderr, flush=True)
    return 1


def main(words: Sequence[str]) -> int:
    """Serve, or have a model pulled; the exit code."""
    if words[:1] == ["serve"]:
        serve({_PORT: ROUTES})
        return 0
    return _have_pulled(words[1]) if words[:1] == ["pull"] and len(words) > 1 else _fail("serve, or pull MODEL")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
