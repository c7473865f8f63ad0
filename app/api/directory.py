# SPDX-License-Identifier: EUPL-1.2
"""Which operation a path means, found without trying them all."""

from collections.abc import Iterable

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.types import Receive, Scope, Send


class Directory(APIRouter):
    """Every operation, kept by the first word of its path; only those of that word are tried.

    Each word has a router of its own. What is added here later is tried one by one, as ever.
    """

    def __init__(self, operations: Iterable[APIRoute]) -> None:
        super().__init__(redirect_slashes=False)
        self._of_word: dict[str, APIRouter] = {}
        for operation in operations:
            self.routes.append(operation)
            word = _first_word(operation.path)
            of_word = self._of_word.setdefault(word, APIRouter(redirect_slashes=False))
            of_word.routes.append(operation)

    async def app(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "").removeprefix(scope.get("root_path", ""))
        of_word = self._of_word.get(_first_word(path))
        await (of_word.app if of_word else super().app)(scope, receive, send)


def _first_word(path: str) -> str:
    return path.lstrip("/").partition("/")[0]
