"""What a provider does to the simulated world: each deed alone, whole or not at all, and with the delays asked for."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Literal

from sandbox.clouds.behaviour import Behaviour
from sandbox.clouds.kinds import CloudError, Function, Json, Kind, Order
from sandbox.clouds.world import Thing, World
from sandbox.engine import property_values
from sandbox.engine.property_values import Properties

_Deed = Literal["create", "update", "delete", "read", "call"]


class Deeds:
    """Done by all providers of one service."""

    def __init__(
        self,
        world: World,
        behaviour: Callable[[], Behaviour],
        made: Callable[[Thing], None],
        now: Callable[[], float] = time.time,
    ) -> None:
        """Change a world.

        Args:
            world: which.
            behaviour: read anew at each deed.
            made: told of each new thing, once it is there.
            now: the clock, in seconds since 1970.
        """
        self._world = world
        self._behaviour = behaviour
        self._made = made
        self._now = now
        self._struck: Counter[str] = Counter()
        self._striking = threading.Lock()

    def create(self, kind: Kind, name: str, inputs: Json, config: Json, cancelled: threading.Event) -> Thing:
        """Make a thing, after the time that its creation takes.

        Raises:
            CloudError: refused, or `cancelled` while it waited; nothing was made.
        """
        token = kind.resource.token
        if cancelled.wait(self._behaviour().create_seconds.get(token, 0.0)):
            message = f"creating {name}: cancelled"
            raise CloudError(message)
        self._strike(token, "create")
        with self._world.changing() as content:
            order = Order(name, inputs, config, content, self._now())
            identifier = kind.identify(order)
            present = content.find(token, identifier)
            if present is not None and not kind.adopts:
                message = f"creating {name}: {identifier} already exists"
                raise CloudError(message)
            outputs = _known(kind, kind.outputs(order, identifier))
            made = present.made if present is not None else order.now
            thing = Thing(token=token, id=identifier, inputs=inputs, outputs=outputs, made=made)
            content.put(thing, order.now)
        self._made(thing)
        return thing

    def update(self, kind: Kind, name: str, identifier: str, inputs: Json, config: Json) -> Thing:
        """Change a thing in place.

        Raises:
            CloudError: refused, or it is not there any more; nothing was changed.
        """
        token = kind.resource.token
        self._strike(token, "update")
        with self._world.changing() as content:
            old = content.find(token, identifier)
            if old is None:
                message = f"updating {name}: {identifier} was not found"
                raise CloudError(message)
            order = Order(name, inputs, config, content, self._now(), old)
            outputs = _known(kind, kind.outputs(order, identifier))
            thing = old.model_copy(update={"inputs": inputs, "outputs": outputs})
            content.put(thing, order.now)
        return thing

    def delete(self, kind: Kind, identifier: str) -> None:
        """Remove a thing with what goes along; one that is gone already is fine.

        Raises:
            CloudError: refused; nothing was removed.
        """
        self._strike(kind.resource.token, "delete")
        with self._world.changing() as content:
            thing, now = content.find(kind.resource.token, identifier), self._now()
            if thing is None:
                return
            kind.delete(thing, content, now)
            if content.find(thing.token, thing.id) is not None:
                content.remove(thing, now)

    def read(self, kind: Kind, identifier: str) -> Thing | None:
        """A thing as it is now; None when it is gone.

        Raises:
            CloudError: refused.
        """
        self._strike(kind.resource.token, "read")
        content = self._world.read()
        thing = content.find(kind.resource.token, identifier)
        return kind.read(thing, content) if thing is not None else None

    def call(self, function: Function, given: Json, config: Json) -> Json:
        """What a function answers.

        Raises:
            CloudError: refused.
        """
        self._strike(function.token, "call")
        return function.call(Order(function.token, given, config, self._world.read(), self._now()))

    def _strike(self, token: str, deed: _Deed) -> None:
        """Fail as often as was asked for; how often it was is forgotten when the service ends."""
        for failure in self._behaviour().failures:
            if (failure.token, failure.deed) != (token, deed):
                continue
            with self._striking:
                self._struck[failure.model_dump_json()] += 1
                again = self._struck[failure.model_dump_json()] <= failure.times
            if again:
                raise CloudError(failure.message)


def state(kind: Kind, inputs: Json, outputs: Json) -> Properties:
    """What the engine keeps of a resource: inputs that its SDK also gives as outputs, and outputs over them."""
    echoed = {name: value for name, value in inputs.items() if name in kind.resource.outputs}
    return {
        name: property_values.secret(value) if name in kind.secret_outputs else value
        for name, value in {**echoed, **outputs}.items()
    }


def _known(kind: Kind, outputs: Json) -> Json:
    """A name that the SDK has not is a mistake of the simulation: no program could read it."""
    foreign = sorted(set(outputs) - kind.resource.outputs)
    if foreign:
        message = f"the simulation of {kind.resource.token} gives {', '.join(foreign)}, which the SDK does not have"
        raise CloudError(message)
    return outputs
