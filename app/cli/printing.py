# SPDX-License-Identifier: EUPL-1.2
"""What asks for no database: a token, and the OpenAPI document."""

import sys
from typing import Annotated

import typer
import yaml

from app.api import issuer
from app.api.app import bare_api
from app.api.document import document
from app.cli.manners import configured, refuse


def token(
    rol: Annotated[str, typer.Option(help="toegang, aanbieder, financien, auditor of regio")],
    gemeente: Annotated[
        str | None,
        typer.Option(help="CBS-code van vier cijfers, voor toegang en financien; meer met komma's"),
    ] = None,
    agb: Annotated[
        str | None, typer.Option(help="AGB-code van acht cijfers, aanbieder; meer met komma's")
    ] = None,
    sub: Annotated[
        str | None, typer.Option(help="Wie het is; vier ogen zijn twee verschillende")
    ] = None,
) -> None:
    """Geef een token van de lokale uitgever, acht uur geldig."""
    settings = configured()
    if not settings.uses_local_issuer:
        refuse(f"Tokens komen hier van {settings.issuer} (NOABER_ISSUER).", status=2)
    typer.echo(issuer.make_token(settings.data, rol, gemeente=gemeente, agb=agb, sub=sub))


def openapi() -> None:
    """Schrijf het OpenAPI-document (YAML) naar de uitvoer."""
    yaml.dump(
        document(bare_api()),
        sys.stdout.buffer,
        Dumper=_PlainDumper,
        encoding="utf-8",
        allow_unicode=True,
        sort_keys=False,
        width=100,
    )


class _PlainDumper(yaml.SafeDumper):
    """Writes a thing out wherever it stands, instead of pointing to where it stood first."""

    def ignore_aliases(self, data: object) -> bool:
        return True
