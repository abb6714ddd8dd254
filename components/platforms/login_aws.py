"""Whether this machine is logged in to AWS, as the provider would look for it. Pure, but for reading its files.

The order is that of the SDK for Go (docs.aws.amazon.com sdkref/latest/guide/standardized-credentials): what the stack
says, variables, a web identity, the files of the AWS CLI, a container's role, a machine's role.
"""

import difflib
import re

from components.platforms.aws_keys import CONFIG_FILES, CREDENTIALS_FILES, WEB_IDENTITY, readable
from components.platforms.machine import Machine
from components.stack_file import Problem, StackFile

_PROFILE = ("aws:profile",)
_SECTION = re.compile(r"^\s*\[\s*(?:profile\s+)?[\"']?([^\]\"']+?)[\"']?\s*\]", re.MULTILINE)
_FILES = (
    (CREDENTIALS_FILES, "AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials"),
    (CONFIG_FILES, "AWS_CONFIG_FILE", ".aws/config"),
)
_OTHER_SECTIONS = ("sso-session ", "services ")
_LOGIN = (
    "aws configure sso  # or, with keys: aws configure",
    "export AWS_ACCESS_KEY_ID=<id> AWS_SECRET_ACCESS_KEY=<key>  # in CI, or a role by OpenID Connect",
)


def aws_problems(machine: Machine, stack: StackFile) -> list[Problem]:
    """Why nobody is logged in; none if there is a login, which may have ended."""
    if machine.config(f"aws:{WEB_IDENTITY}"):
        return _identity_problems(machine, stack)
    if machine.config("aws:accessKey") and machine.config("aws:secretKey"):
        return []
    profiles = _profiles(machine)
    name = machine.first("aws:profile", "AWS_PROFILE")
    if name is not None and name not in profiles:
        return [_unknown_profile(name, profiles, machine, stack)]
    if name is not None or _by_variables(machine) or "default" in profiles or _is_aws_machine(machine):
        return []
    there = f"; there are the profiles {', '.join(profiles)}" if profiles else ""
    reason = f"not logged in: no keys in the environment, and no profile `default` in ~/.aws{there}"
    use = (f"{stack.set(_PROFILE, profiles[0])}  # uses that profile",) if profiles else ()
    return [Problem(("aws",), reason, (*use, *_LOGIN))]


def _by_variables(machine: Machine) -> bool:
    given = machine.environment.get
    return any(
        all(given(each) for each in names)
        for names in (
            ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"),
            ("AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN"),
            ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",),
            ("AWS_CONTAINER_CREDENTIALS_FULL_URI",),
        )
    )


def _is_aws_machine(machine: Machine) -> bool:
    # An instance of the Nitro system, or one of Xen's; its role may be missing, which the provider says then.
    disabled = machine.environment.get("AWS_EC2_METADATA_DISABLED", "").lower() == "true"
    return "amazon" in machine.hardware.lower() and not disabled


def _identity_problems(machine: Machine, stack: StackFile) -> list[Problem]:
    identity = readable(machine, WEB_IDENTITY)
    if identity is None:  # which is said of the key
        return []
    file = str(identity["webIdentityTokenFile"])
    if machine.read("", file) is not None:
        return []
    path = (f"aws:{WEB_IDENTITY}", "webIdentityTokenFile")
    return [
        Problem(path, f"not logged in: {file} cannot be read; it must be a whole path", (stack.set(path, "<file>"),))
    ]


def _profiles(machine: Machine) -> list[str]:
    texts = [
        text
        for key, variable, usual in _FILES
        for text in (
            [machine.read("", each.removeprefix("~/")) for each in readable(machine, key) or ()]
            or [machine.read(variable, usual)]
        )
    ]
    found = dict.fromkeys(name for text in texts for name in _SECTION.findall(text or ""))
    return [each for each in found if not each.startswith(_OTHER_SECTIONS)]


def _unknown_profile(name: str, profiles: list[str], machine: Machine, stack: StackFile) -> Problem:
    there = f"; there are {', '.join(profiles)}" if profiles else ""
    reason = f"not logged in: no profile {name!r} in ~/.aws{there}"
    close = [*difflib.get_close_matches(name, profiles, n=1), *profiles][:1]
    set_profile = tuple(stack.set(_PROFILE, each) for each in close)
    path = _PROFILE if machine.config("aws:profile") else ("aws",)
    return Problem(path, reason, (*set_profile, f"aws configure sso --profile {name}"))
