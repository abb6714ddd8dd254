"""The hop of the signature: an image's reference goes on to the Deployment only when the image is signed.

An update asks the registry for a while, and is refused where that does not tell. A preview is refused by what is known
only: what a registry does not tell it, the update will find out.
"""

from functools import partial
from typing import TYPE_CHECKING

import pulumi
from pulumi.output import contains_unknowns

from components.background import in_background
from components.errors import ConfigError
from components.platforms.contract import Registry
from components.signature_key import SigningKey
from components.signature_words import not_told, refusal
from components.stack_name import stack_name
from pulls.registry.answer import RegistryFaultError
from pulls.registry.login import Login

if TYPE_CHECKING:
    from pulls.signature import Verdict


def only_signed(
    reference: pulumi.Output[str], key: SigningKey, registry: Registry, image: pulumi.Resource, *, built: bool
) -> pulumi.Output[str]:
    """The reference, known when the image is signed; unknown where it is.

    Args:
        reference: `host[:port]/path@sha256:…`.
        key: that must have signed it.
        registry: where it is, and the login to ask it with.
        image: that messages are about.
        built: whether this program builds it.
    """
    if built:
        reference.apply(partial(_tell, key=key, image=image), run_with_unknowns=True)
    return reference.apply(partial(_checked, key=key, registry=registry, image=image))


def _tell(reference: str, *, key: SigningKey, image: pulumi.Resource) -> None:
    if contains_unknowns(reference):
        pulumi.log.warn(
            f"{key.setting}: this preview would build the image anew, and a new image is not signed yet; `pulumi up` "
            "pushes it, names what to sign, and rolls nothing out before (docs/supply-chain.md#a-build-in-the-stack)",
            image,
        )


async def _checked(reference: str, *, key: SigningKey, registry: Registry, image: pulumi.Resource) -> str:
    preview = pulumi.runtime.is_dry_run()
    if preview and not registry.login_in_preview:
        return reference
    login = await _login(registry)
    if preview and login is None and registry.username is not None:
        return reference  # it is known by an update only
    stack = stack_name()
    try:
        verdict = await in_background(partial(_ask, reference, key, login, once=preview))
    except RegistryFaultError as fault:
        if not preview:
            raise ConfigError(not_told(reference, fault, key, stack)) from None
        pulumi.log.warn(f"{key.setting}: {not_told(reference, fault, key, stack)}", image)
        return reference
    said = refusal(reference, verdict, key, stack)
    if said is not None:
        raise ConfigError(said)
    if not preview:
        pulumi.log.info(f"signature: {reference} is signed with the key of {key.file}", image)
    return reference


def _ask(reference: str, key: SigningKey, login: Login | None, *, once: bool) -> "Verdict":
    from pulls.signature import Patience, check_signature  # noqa: PLC0415 - only who asks for signatures waits
    from pulls.signature_key import public_key  # noqa: PLC0415

    return check_signature(reference, public_key(key.text), login, Patience(0.0) if once else Patience())


async def _login(registry: Registry) -> Login | None:
    """The login to push with; None for a registry without one, and where it is not known yet."""
    if registry.username is None or registry.password is None:
        return None
    username = await pulumi.Output.from_input(registry.username).future()
    password = await registry.password.future()
    return Login(username, password) if username and password else None
