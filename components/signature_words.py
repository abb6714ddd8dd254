"""What is said of an image that is not signed as its stack file asks. Pure.

Each cause has its name, which docs/supply-chain.md knows too, and what to type.
"""

from typing import TYPE_CHECKING

from components.signature_key import SigningKey
from components.stack_file import StackFile
from pulls.registry.answer import Outcome, RegistryFaultError

if TYPE_CHECKING:
    from pulls.signature import Verdict

Rows = list[tuple[str, str]]
_PAGE = "docs/supply-chain.md"
_OF_LOGIN = frozenset({Outcome.REFUSED_WITHOUT_LOGIN, Outcome.REFUSED_LOGIN, Outcome.FORBIDDEN, Outcome.HIDDEN})
_GONE = frozenset({Outcome.NOT_FOUND, Outcome.REPOSITORY_MISSING})


def refusal(image: str, verdict: "Verdict", key: SigningKey, stack: str) -> str | None:
    """Why an image must not be rolled out; None if it is signed.

    Args:
        image: `host[:port]/path@sha256:…`.
        verdict: on its signatures.
        key: that was asked for.
        stack: whose update it is.
    """
    from pulls.signature import Finding  # noqa: PLC0415 - only who asks for signatures waits

    count = "1 signature" if verdict.count == 1 else f"{verdict.count} signatures"
    told = {
        Finding.UNSIGNED: ("unsigned", "the image is not signed", Rows()),
        Finding.OTHER_KEY: (
            "other-key",
            f"the image has {count}, and none is made with the key that the stack file names",
            [
                ("or", f"{_set(key, stack, '<the right key>')}  # if another key signs now"),
                *([("note", verdict.said)] if verdict.said else Rows()),
            ],
        ),
        Finding.OTHER_IMAGE: (
            "other-image",
            f"the key did sign, but another image than this one: {verdict.said[:200]}",
            Rows(),
        ),
        Finding.BROKEN: ("broken-signature", f"the image has {count} that cannot be read: {verdict.said}", Rows()),
    }.get(verdict.finding)
    if told is None:
        return None
    cause, reason, more = told
    return _text(cause, reason, [("image", image), *_of_key(key), *_fix(image, key, stack), *more])


def not_told(image: str, fault: RegistryFaultError, key: SigningKey, stack: str) -> str:
    """Why nobody knows whether an image is signed.

    Args:
        image: `host[:port]/path@sha256:…`.
        fault: what the registry did.
        key: that was asked for.
        stack: whose update it is.
    """
    status = "" if fault.status is None else f" ({fault.status})"
    said = f"{fault.outcome}{status}{f': {fault.said}' if fault.said else ''}"
    rows: Rows = [("image", image), *_of_key(key), ("registry", said)]
    if fault.outcome in _GONE:
        rows.append(("fix", f"docker buildx imagetools inspect {image}   # Shows what the registry has by this name."))
        return _text("image-missing", "the registry has no such image", rows)
    if fault.outcome in _OF_LOGIN:
        login = f"docker login {image.partition('/')[0]}   # With a login that may pull there."
        rows += [("fix", login), ("then", f"pulumi up -s {stack}")]
        return _text("not-told", "the registry does not let this login see signatures", rows)
    rows.append(
        ("fix", f"pulumi up -s {stack}   # Once the registry answers; what it does not show counts as unsigned.")
    )
    return _text("not-told", "the registry did not tell whether the image is signed", rows)


def _of_key(key: SigningKey) -> Rows:
    return [("key", f"{key.file} ({key.setting})")]


def _fix(image: str, key: SigningKey, stack: str) -> Rows:
    private = f"{key.file.removesuffix('.pub')}.key" if key.file.endswith(".pub") else "cosign.key"
    return [
        ("fix", f"cosign sign --key {private} {image}"),
        ("verify", f"cosign verify --key {key.file} --insecure-ignore-tlog {image}"),
        ("then", f"pulumi up -s {stack}"),
    ]


def _set(key: SigningKey, stack: str, value: str) -> str:
    return StackFile(stack).set(tuple(key.setting.split(".")), value)


def _text(cause: str, reason: str, rows: Rows) -> str:
    lines = [f"  {name:<9}{value}" for name, value in [*rows, ("more", f"{_PAGE}#{cause}")]]
    return "\n".join([f"{cause}: {reason}; what runs was not touched", *lines])
