"""The pages that need the services beside this API: `/ask?q=`, `/remember?text=` and `/recall?q=`."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from urllib.parse import parse_qs

from webapi.calls import ServiceError
from webapi.pages import Page, json_page, problem
from webapi.services import Services

_LONGEST = 2000
_Answer = Callable[[Services, str], dict[str, object]]
_PAGES: Mapping[str, tuple[str, _Answer]] = {
    "/ask": ("q", lambda services, text: {"answer": services.ask(text)}),
    "/remember": ("text", lambda services, text: {"id": services.remember(text)}),
    "/recall": ("q", lambda services, text: {"found": services.recall(text)}),
}
"""Path → its parameter, and what it answers."""


def service_page(path: str, query: str, services: Services) -> Page | None:
    """The page of a path, with the query that came with it; None for other paths."""
    if path not in _PAGES:
        return None
    name, answer = _PAGES[path]
    text = "".join(parse_qs(query).get(name, []))
    if not 0 < len(text) <= _LONGEST:
        return problem(HTTPStatus.BAD_REQUEST, f"{path} needs {name}=, of {_LONGEST} characters at most")
    try:
        return json_page(HTTPStatus.OK, answer(services, text))
    except ServiceError as error:
        return problem(HTTPStatus.BAD_GATEWAY, str(error))
