"""How a type of the simulated AWS is put together: what moto does with it, and the rules that moto does not have."""

from collections.abc import Callable, Collection, Generator
from contextlib import contextmanager
from dataclasses import dataclass

from sandbox.clouds import sdk_types
from sandbox.clouds.aws.moto_account import Asked, Deed, Moto
from sandbox.clouds.aws.place import Place, place_of, place_of_thing, taken_role
from sandbox.clouds.aws.policies import role_by_arn
from sandbox.clouds.aws.values import mapped
from sandbox.clouds.kinds import CloudError, Json, Kind, Order
from sandbox.clouds.world import Content, Thing


def _nothing_wrong(inputs: Json) -> list[tuple[str, str]]:
    _ = inputs
    return []


def _nothing(order: Order, place: Place, identifier: str, asked: Asked) -> Json:
    _ = order, place, identifier, asked
    return {}


def _no_objection(order: Order, place: Place) -> None:
    _ = order, place


def _free(thing: Thing, content: Content, now: float) -> None:
    _ = thing, content, now


@dataclass(frozen=True)
class AwsType:
    """A resource type."""

    module: str
    """Of the SDK, such as `ecr`."""
    name: str
    """Such as `Repository`."""
    title: str
    """As the real provider calls it in its errors, such as `ECR Repository`."""
    deed: Deed | None
    """None for what moto does not have."""
    replaces: Collection[str]
    outputs: "Callable[[Order, Place, str, Asked], Json]" = _nothing
    """Beside region and tags."""
    identify: Callable[[Order], str] = lambda order: order.name
    """The real provider's id, of what moto does not have."""
    check: Callable[[Json], list[tuple[str, str]]] = _nothing_wrong
    may: Callable[[Order, Place], None] = _no_objection
    """What AWS refuses at creation and at an update beyond what moto does, by `CloudError`."""
    change: Callable[[Asked, Json, str], None] | None = None
    """Tells moto of an update; without it everything is made anew there."""
    may_go: Callable[[Thing, Content, float], None] = _free
    """What AWS refuses at a deletion beyond what moto does, by `CloudError`; or what goes along."""
    has_tags: bool = True
    regional: bool = True
    adopts: bool = False

    @property
    def token(self) -> str:
        """Such as `aws:ecr/repository:Repository`."""
        return sdk_types.resource(f"pulumi_aws.{self.module}", self.name).token


def kind(described: AwsType, moto: Moto) -> Kind:
    """What the provider serves."""
    deeds = _Deeds(described, moto)
    return Kind(
        resource=sdk_types.resource(f"pulumi_aws.{described.module}", described.name),
        identify=deeds.identify,
        outputs=deeds.outputs,
        replaces=frozenset(described.replaces) | ({"region"} if described.regional else frozenset[str]()),
        check=described.check,
        delete=deeds.delete,
        adopts=described.adopts,
    )


class _Deeds:
    def __init__(self, described: AwsType, moto: Moto) -> None:
        self._of = described
        self._moto = moto

    def identify(self, order: Order) -> str:
        place = place_of(order)
        _may_act_there(order, place)
        with _named(f"creating {self._of.title} ({_name(order.inputs)})"):
            self._moto.follow(order.content)
            self._of.may(order, place)
            if self._of.deed is None:
                return self._of.identify(order)
            return self._moto.make(self._of.token, order.inputs, place)

    def outputs(self, order: Order, identifier: str) -> Json:
        place = place_of(order) if order.old is None else place_of_thing(order.old)
        with _named(f"{'creating' if order.old is None else 'updating'} {self._of.title} ({identifier})"):
            if order.old is not None:
                self._change(order, place, identifier)
            own = self._of.outputs(order, place, identifier, Asked(self._moto, place))
        shared: dict[str, object] = {"region": place.region} if self._of.regional else {}
        if self._of.has_tags:
            shared["tagsAll"] = {**mapped(order.config, "defaultTags", "tags"), **mapped(order.inputs, "tags")}
        return {**shared, **own}

    def delete(self, thing: Thing, content: Content, now: float) -> None:
        with _named(f"deleting {self._of.title} ({thing.id})"):
            self._moto.follow(content)
            self._of.may_go(thing, content, now)
            if self._of.deed is not None:
                self._moto.unmake(thing)

    def _change(self, order: Order, place: Place, identifier: str) -> None:
        self._moto.follow(order.content)
        self._of.may(order, place)
        if self._of.change is not None:
            self._of.change(Asked(self._moto, place), order.inputs, identifier)
            self._moto.changed(self._of.token, identifier, order.inputs)


@contextmanager
def _named(what: str) -> Generator[None]:
    """Put what was being done before what AWS says of it, as the real provider does."""
    try:
        yield
    except CloudError as error:
        message = f"{what}: {error}"
        raise CloudError(message) from error


def _may_act_there(order: Order, place: Place) -> None:
    """A role of another account is taken on only where it exists and trusts; nothing is assumed of it."""
    arn = taken_role(order.config)
    if arn is not None and role_by_arn(order.content, arn) is None:
        message = (
            "operation error STS: AssumeRole, https response error StatusCode: 403, RequestID: simulated, api error "
            f"AccessDenied: User: {place.iam('user/deployer')} is not authorized to perform: sts:AssumeRole on "
            f"resource: {arn}"
        )
        raise CloudError(message)


def _name(inputs: Json) -> str:
    names = ("name", "nodeGroupName", "nodeGroupNamePrefix", "principalArn", "role", "repository", "cidrBlock")
    return str(next((inputs[each] for each in names if inputs.get(each)), ""))
