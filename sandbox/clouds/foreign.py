"""Registries that belong to no cloud, simulated under their real host names; see `foreign_products`.

One is there while the file of accounts names it. Else its name leads where it really is: whoever builds from Docker
Hub's images in a shell of the simulated clouds gets them from Docker Hub. Its accounts alone may do anything in it.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field, TypeAdapter

from sandbox.clouds.access import Action, Login, Refusal, Scene
from sandbox.clouds.foreign_products import PRODUCTS, Product
from sandbox.clouds.registry.gate import CloudRegistry
from sandbox.state import private_file

_NOBODY = ""


class Account(BaseModel, frozen=True):
    """Who may log in, and what for."""

    username: str
    password: str = Field(repr=False)
    namespace: str
    """How the repositories begin that it may pull: an account of GitHub, a project of Harbor."""
    pushes: bool = True
    """Whether it may push there, too."""


Accounts = Mapping[str, Sequence[Account]]
"""Registry, as the names of its images begin → its accounts."""
_FILE = TypeAdapter(dict[str, list[Account]])


def read_accounts(file: Path) -> Accounts:
    """The registries that are there; none without the file."""
    try:
        return _FILE.validate_json(file.read_bytes())
    except FileNotFoundError:
        return {}


def write_accounts(file: Path, accounts: Accounts) -> None:
    """Say which registries are there from now on; nobody reads half of it."""
    private_file(file, _FILE.dump_json({host: list(each) for host, each in accounts.items()}).decode())


class ForeignRules:
    """The door of a product's registry.

    Args:
        product: which.
        accounts: of all registries, read anew at each request.
    """

    scheme: Literal["basic", "bearer"] = "bearer"

    def __init__(self, product: Product, accounts: Callable[[], Accounts]) -> None:
        self.token_path = product.token_path
        self._product = product
        self._accounts = accounts

    def owns(self, host: str) -> bool:
        """Whether a host, with or without its port, is one of this registry's."""
        return self._registry(host) is not None

    def named(self, host: str) -> str:
        """What the names of its images begin with, by any of its hosts."""
        return self._registry(host) or host

    def subject(self, scene: Scene, host: str, login: Login | None) -> str | Refusal:
        """The account's user name."""
        _ = scene
        if login is None:
            return self._product.nobody or _NOBODY
        account = self._account(host, login.username)
        return login.username if account and account.password == login.password else self._product.wrong_login

    def decide(self, scene: Scene, host: str, repository: str, subject: str, action: Action) -> Refusal | None:
        """By the account's namespace; what is in another one is nobody's business."""
        _ = scene
        account = self._account(host, subject)
        if account and repository.startswith(f"{account.namespace}/") and (action == "pull" or account.pushes):
            return None
        return self._product.denied(repository, action)

    def store(self, scene: Scene, host: str, repository: str) -> str:
        """Its content stays."""
        _ = scene, host, repository
        return ""

    def node_login(self, scene: Scene, image: str) -> Login | None:
        """No node has a login by itself: that is what a pull secret is for."""
        _ = scene, image
        return None

    def posted(self, scene: Scene, host: str, path: str, form: Mapping[str, str]) -> Mapping[str, str] | None:
        """It has no such pages."""
        _ = scene, host, path, form
        return None

    def _registry(self, host: str) -> str | None:
        there = [each for each in self._accounts() if self._product.is_of(each)]
        return next((each for each in there if host in self._product.hosts(each)), None)

    def _account(self, host: str, username: str) -> Account | None:
        return next((each for each in self._accounts().get(host, ()) if each.username == username), None)


def registries(file: Path, scene: Callable[[], Scene]) -> list[CloudRegistry]:
    """All of them, for the front.

    Args:
        file: of the accounts.
        scene: the clouds at this moment, of which these registries are no part.
    """
    made: list[CloudRegistry] = []
    for product in PRODUCTS:
        rules = ForeignRules(product, partial(read_accounts, file))
        made.append(
            CloudRegistry(
                product.name,
                rules,
                scene,
                named=rules.named,
                service=product.service,
                token_host=product.token_host,
                refuses_late=True,
            )
        )
    return made
