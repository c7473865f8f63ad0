# SPDX-License-Identifier: EUPL-1.2
"""Query parameters, and lists that are handed out page by page."""

from collections.abc import Sequence
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from starlette.requests import Request
from starlette.responses import Response

from app.api.models import Cijfers, OutputModel, example


class QueryModel(BaseModel):
    """The query parameters of a route, in camelCase; any other parameter is refused."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", frozen=True)


class PageQuery(QueryModel):
    """Which page of a list is asked for."""

    page: Annotated[
        int, Cijfers(1, 1_000_000_000), Field(description="De gevraagde pagina, vanaf 1.")
    ] = 1
    page_size: Annotated[
        int, Cijfers(1, 500), Field(description="Het aantal resultaten per pagina.")
    ] = 100

    @property
    def offset(self) -> int:
        """How many results come before this page."""
        return (self.page - 1) * self.page_size


class Page(OutputModel):
    """One page; a subclass adds `results: list[…]`."""

    count: Annotated[int, Field(description="Het aantal resultaten op alle pagina's samen.")]
    next: Annotated[str | None, Field(description="De volgende pagina, als die er is.")]
    previous: Annotated[str | None, Field(description="De vorige pagina, als die er is.")]


def page_example(result: Any) -> ConfigDict:
    """The config of a page that the document shows by one result."""
    return example({"count": 1, "next": None, "previous": None, "results": [result]})


P = TypeVar("P", bound=Page)


def page_of(
    request: Request,
    query: PageQuery,
    count: int,
    results: Sequence[Any],
    page_class: type[P],
    response: Response,
) -> P:
    """The page as its caller reads it; the same links go into the `Link` header of `response`."""
    last = max(1, -(-count // query.page_size))
    numbers = {"first": 1, "last": last}
    if query.page > 1:
        numbers["prev"] = min(query.page - 1, last)
    if query.page < last:
        numbers["next"] = query.page + 1
    links = {rel: str(request.url.include_query_params(page=n)) for rel, n in numbers.items()}
    response.headers["Link"] = ", ".join(f'<{url}>; rel="{rel}"' for rel, url in links.items())
    return page_class.model_validate(
        {
            "count": count,
            "next": links.get("next"),
            "previous": links.get("prev"),
            "results": results,
        }
    )
