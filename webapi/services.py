"""What this sample does with the services beside it: asks the LLM, and remembers sentences in the vector database.

Where they are says the environment, in the names that MonadicPipeline has for it.
"""

import hashlib
import math
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from webapi.calls import Json, ServiceError, call

_SIZE = 64
_CONFLICT, _NOT_FOUND = 409, 404
_NEAR = 3


@dataclass(frozen=True)
class Services:
    """Their addresses; empty for those that there are not."""

    llm: str = ""
    """PIPELINE__LlmProvider__OllamaEndpoint."""
    model: str = ""
    """PIPELINE__LlmProvider__DefaultChatModel."""
    vectors: str = ""
    """PIPELINE__VectorStore__ConnectionString."""
    key: str = ""
    """PIPELINE__VectorStore__ApiKey."""
    collection: str = "pipeline_vectors"
    """PIPELINE__VectorStore__DefaultCollection."""

    def ask(self, question: str) -> str:
        """What the LLM says to a question.

        Raises:
            ServiceError: there is no LLM server, or it does not answer.
        """
        if not self.llm:
            message = "there is no LLM server: PIPELINE__LlmProvider__OllamaEndpoint is not set"
            raise ServiceError(message)
        body = {"model": self.model, "prompt": question, "stream": False}
        return str(call("POST", f"{self.llm}/api/generate", body).get("response", ""))

    def remember(self, text: str) -> str:
        """Keep a sentence, and give the id that it is kept under.

        Raises:
            ServiceError: there is no vector database, or it does not answer.
        """
        key = str(uuid.uuid5(uuid.NAMESPACE_OID, text))
        point = {"id": key, "vector": _vector(text), "payload": {"text": text}}
        path = f"{self._collection()}/points?wait=true"
        try:
            self._call("PUT", path, {"points": [point]})
        except ServiceError as error:
            if error.status != _NOT_FOUND:
                raise
            self._make_collection()
            self._call("PUT", path, {"points": [point]})
        return key

    def recall(self, text: str) -> list[str]:
        """The sentences that are nearest to one, nearest first.

        Raises:
            ServiceError: there is no vector database, or it does not answer.
        """
        body = {"vector": _vector(text), "limit": _NEAR, "with_payload": True}
        try:
            found = self._call("POST", f"{self._collection()}/points/search", body)
        except ServiceError as error:
            if error.status == _NOT_FOUND:  # nothing was ever remembered
                return []
            raise
        return [str(each["payload"]["text"]) for each in found.get("result", ())]

    def _collection(self) -> str:
        if not self.vectors:
            message = "there is no vector database: PIPELINE__VectorStore__ConnectionString is not set"
            raise ServiceError(message)
        return f"{self.vectors}/collections/{self.collection}"

    def _make_collection(self) -> None:
        try:
            self._call("PUT", self._collection(), {"vectors": {"size": _SIZE, "distance": "Cosine"}})
        except ServiceError as error:
            if error.status != _CONFLICT:  # another pod was first
                raise

    def _call(self, method: str, url: str, body: Json) -> Json:
        return call(method, url, body, {"api-key": self.key} if self.key else {})


def read_services(environment: Mapping[str, str]) -> Services:
    """The services of this environment."""
    return Services(
        llm=environment.get("PIPELINE__LlmProvider__OllamaEndpoint", "").rstrip("/"),
        model=environment.get("PIPELINE__LlmProvider__DefaultChatModel", ""),
        vectors=environment.get("PIPELINE__VectorStore__ConnectionString", "").rstrip("/"),
        key=environment.get("PIPELINE__VectorStore__ApiKey", ""),
        collection=environment.get("PIPELINE__VectorStore__DefaultCollection") or Services.collection,
    )


def _vector(text: str) -> list[float]:
    """A sentence by its words, each in a place of its own: near is what shares words. No model is needed for it."""
    places = [0.0] * _SIZE
    for word in re.findall(r"\w+", text.lower()) or [""]:
        places[int.from_bytes(hashlib.sha256(word.encode()).digest()[:4]) % _SIZE] += 1.0
    length = math.hypot(*places)
    return [each / length for each in places]
