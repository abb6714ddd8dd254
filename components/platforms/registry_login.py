"""The login of a stack for a registry: that of its file, else what `docker login` left on this machine."""

import os
from pathlib import Path
from typing import Protocol

from components.docker_login import Login, docker_config, find_login
from components.errors import InvalidValueError
from components.platforms.pull_secret import login_key
from components.settings import Secrets
from components.stack_file import Problem, StackFile


class RegistryUser(Protocol):
    """What a stack file says of a registry with logins."""

    @property
    def host(self) -> str:
        """`host[:port]`."""
        ...

    @property
    def username(self) -> str | None:
        """Whose password the secret `registryPassword` is."""
        ...


def registry_login(registry: RegistryUser, secrets: Secrets, stack: StackFile) -> Login | None:
    """The login for a registry; None if there is none anywhere.

    Raises:
        StackFileError: half of it is missing, or this machine's logins cannot be read.
    """
    password = secrets.registry_password
    if registry.username is not None and password is not None:
        return Login(registry.username, password.get_secret_value())
    if registry.username is not None:
        reason = f"the password of user {registry.username!r} is missing"
        command = stack.set_secret(("registryPassword",))
        raise stack.refusal([Problem(("registryPassword",), reason, (command,))])
    if password is not None:
        path = ("registry", "username")
        command = stack.set(path, "<user>")
        raise stack.refusal([Problem(path, "is missing: whose password registryPassword is", (command,))])
    try:
        return find_login(login_key(registry.host), logins_of_machine())
    except InvalidValueError as error:
        raise stack.refusal([Problem(("registry",), str(error), login_commands(registry, stack))]) from error


def logins_of_machine() -> Path:
    """Docker's configuration file."""
    return docker_config(os.environ, Path.home())


def login_commands(registry: RegistryUser, stack: StackFile) -> tuple[str, ...]:
    """Both ways to give a login."""
    return (f"docker login {registry.host}", stack_login(registry, stack))


def stack_login(registry: RegistryUser, stack: StackFile) -> str:
    """The command that puts a login into the stack file."""
    username = stack.set(("registry", "username"), registry.username or "<user>")
    return f"{username} && {stack.set_secret(('registryPassword',))}"
