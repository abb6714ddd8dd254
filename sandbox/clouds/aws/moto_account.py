"""The part of the simulated AWS that moto keeps, so that a third party's checks stand between a program and a yes.

moto lives in this process and forgets everything when that ends. So it follows the world's content: where the two
differ (after a restart, a creation that failed half-way, a content written by hand), what the content has is made anew
in moto, in the order in which it was made. Ids that moto makes up (`vpc-…`, `subnet-…`) are other ones then; requests
and answers are translated, so that nobody sees them. What is lost by that is what no content has: moto's own dates, and
what else it makes up and no output has.
"""

import importlib
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.clouds.accounts import ACCOUNT
from sandbox.clouds.aws.place import Place, place_of_thing
from sandbox.clouds.aws.values import swapped
from sandbox.clouds.kinds import CloudError, Json
from sandbox.clouds.world import Content, Thing

_Key = tuple[str, str]
_WARMING = (("ecr", "DescribeRepositories"), ("iam", "ListRoles"), ("ec2", "DescribeVpcs"), ("eks", "ListClusters"))
_NAMES = {"ecr": "ECR", "iam": "IAM", "ec2": "EC2", "eks": "EKS", "sts": "STS"}


@dataclass(frozen=True)
class Deed:
    """How a kind of thing is made in moto, and taken away again."""

    make: "Callable[[Asked, Json], str]"
    """From the inputs to the real provider's id."""
    unmake: "Callable[[Asked, Json], None]"


@dataclass(frozen=True)
class _Made:
    inputs: Json
    place: Place


class Moto:
    """moto, kept as the world is."""

    def __init__(self, deeds: Mapping[str, Deed]) -> None:
        """Start it.

        Args:
            deeds: by the type of thing; other types are none of moto's business.
        """
        # By name: neither has types that strict checks take. No credentials are put into this process's environment.
        self._boto3: Any = importlib.import_module("boto3")
        moto: Any = importlib.import_module("moto")
        self._mock: Any = moto.mock_aws(
            config={"core": {"mock_credentials": False}, "iam": {"load_aws_managed_policies": True}}
        )
        self._mock.start()
        self._deeds = deeds
        self._session: Any = self._boto3.Session()
        self._clients: dict[tuple[str, str, str], Any] = {}
        self._mirrored: dict[_Key, _Made] = {}
        self._ids: dict[str, str] = {}
        self._lock = threading.RLock()

    def close(self) -> None:
        """End it: other requests of this process go where they say again."""
        self._mock.stop()

    def follow(self, content: Content) -> None:
        """Be as the content is: what it does not have goes, the newest first, and what moto does not have comes."""
        with self._lock:
            ours = [each for each in content.things if each.token in self._deeds]
            wanted = {(each.token, each.id): each.inputs for each in ours}
            extra = [key for key, made in self._mirrored.items() if wanted.get(key) != made.inputs]
            try:
                for key in reversed(extra):
                    self._take_away(key)
            except CloudError:  # something that stays needs it, with other inputs
                self._empty()
            for each in ours:
                if (each.token, each.id) not in self._mirrored:
                    self.make(each.token, each.inputs, place_of_thing(each), each.id)

    def make(self, token: str, inputs: Json, place: Place, known: str = "") -> str:
        """Make a thing; its id is `known` already when it is made anew.

        Raises:
            CloudError: moto refuses it.
        """
        with self._lock:
            made = self._deeds[token].make(Asked(self, place, known), inputs)
            identifier = known or made
            if made != identifier:
                self._ids[identifier] = made
            self._mirrored[token, identifier] = _Made(inputs, place)
            return identifier

    def unmake(self, thing: Thing) -> None:
        """Take a thing away.

        Raises:
            CloudError: moto refuses that.
        """
        with self._lock:
            key = (thing.token, thing.id)
            if key in self._mirrored:
                self._take_away(key)

    def changed(self, token: str, identifier: str, inputs: Json) -> None:
        """A thing has other inputs now, and moto knows of it."""
        with self._lock:
            self._mirrored[token, identifier] = _Made(inputs, self._mirrored[token, identifier].place)

    def call(self, place: Place, service: str, operation: str, arguments: Json) -> dict[str, Any]:
        """What moto answers.

        Raises:
            CloudError: in the form in which the real provider passes AWS's errors on (aws/smithy-go, OperationError).
        """
        with self._lock:
            client = self._client(service, place)
            method = getattr(client, re.sub(r"(?<!^)(?=[A-Z])", "_", operation).lower())
            try:
                answer: dict[str, Any] = method(**swapped(dict(arguments), self._ids))
            except Exception as error:  # botocore's, which cannot be named without importing it
                raise CloudError(self._told(error, service, operation)) from error
            return swapped(answer, {made: known for known, made in self._ids.items()})

    def warm(self, region: str) -> None:
        """Ask each service something, which takes the first request a second or two otherwise."""
        place = Place(ACCOUNT, region)
        for service, operation in _WARMING:
            self.call(place, service, operation, {})

    def _take_away(self, key: _Key) -> None:
        token, identifier = key
        made = self._mirrored[key]
        self._deeds[token].unmake(Asked(self, made.place, identifier), made.inputs)
        del self._mirrored[key]
        self._ids.pop(identifier, None)

    def _told(self, error: Exception, service: str, operation: str) -> str:
        response: Any = getattr(error, "response", None)
        text = f"operation error {_NAMES[service]}: {operation}, "
        if response is None:
            return f"{text}{error}"
        code, message = response["Error"]["Code"], str(response["Error"].get("Message", ""))
        for known, made in self._ids.items():
            message = message.replace(made, known)
        status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 400)
        return f"{text}https response error StatusCode: {status}, RequestID: simulated, {code}: {message}"

    def _client(self, service: str, place: Place) -> Any:
        key = (service, place.account, place.region)
        with self._lock:
            if key not in self._clients:
                self._clients[key] = self._session.client(service, region_name=place.region, **self._login(place))
            return self._clients[key]

    def _login(self, place: Place) -> dict[str, str]:
        own = {"aws_access_key_id": "SIMULATED", "aws_secret_access_key": "SIMULATED"}
        if place.account == ACCOUNT:
            return own
        # moto knows by the key of a session in which account a request is.
        sts = self._session.client("sts", region_name=place.region, **own)
        session = sts.assume_role(RoleArn=place.iam("role/simulated"), RoleSessionName="simulated")["Credentials"]
        return {
            "aws_access_key_id": session["AccessKeyId"],
            "aws_secret_access_key": session["SecretAccessKey"],
            "aws_session_token": session["SessionToken"],
        }

    def _empty(self) -> None:
        importlib.import_module("moto.moto_api._internal.models").moto_api_backend.reset()
        # Sessions of other accounts went with it.
        self._clients = {key: client for key, client in self._clients.items() if key[1] == ACCOUNT}
        self._mirrored, self._ids = {}, {}


@dataclass(frozen=True)
class Asked:
    """Requests of one account in one region."""

    moto: Moto
    place: Place
    known: str = ""
    """Id of the thing that this is about; empty before it has one."""

    def __call__(self, service: str, operation: str, **arguments: object) -> dict[str, Any]:
        """What AWS answers; arguments that are None are left out.

        Raises:
            CloudError: no.
        """
        given = {name: value for name, value in arguments.items() if value is not None}
        return self.moto.call(self.place, service, operation, given)
