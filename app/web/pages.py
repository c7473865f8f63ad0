# SPDX-License-Identifier: EUPL-1.2
"""The start page and the interactive documentation; everything on them is served from here."""

from collections.abc import Awaitable, Callable
from importlib.resources import files
from importlib.resources.abc import Traversable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

OWN = files("app.web") / "static"
SWAGGER = files("fastapi_swagger") / "resources"

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'{inline}; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
STRICT = POLICY.format(inline="")
WITH_INLINE_STYLE = POLICY.format(inline=" 'unsafe-inline'")
"""For the documentation only: the bundle sets styles on the elements it makes."""

HTML = "text/html; charset=utf-8"
CSS = "text/css; charset=utf-8"
SCRIPT = "text/javascript; charset=utf-8"


def _serve(
    file: Traversable, media_type: str, policy: str = STRICT
) -> Callable[[Request], Awaitable[Response]]:
    content = file.read_bytes()
    headers = {"Content-Security-Policy": policy, "Content-Type": media_type}

    async def endpoint(request: Request) -> Response:
        return Response(content, headers=headers)

    return endpoint


ROUTES = [
    Route("/", _serve(OWN / "start.html", HTML)),
    Route("/docs", _serve(OWN / "docs.html", HTML, WITH_INLINE_STYLE)),
    Route("/static/noaber.css", _serve(OWN / "noaber.css", CSS)),
    Route("/static/docs.js", _serve(OWN / "docs.js", SCRIPT)),
    Route("/static/swagger-ui.js", _serve(SWAGGER / "swagger-ui-bundle.js", SCRIPT)),
    Route("/static/swagger-ui.css", _serve(SWAGGER / "swagger-ui.css", CSS)),
]
