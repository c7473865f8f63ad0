# SPDX-License-Identifier: EUPL-1.2
"""Everything that can be set from outside, read once from the environment."""

import base64
import binascii
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from app.telemetry.logs import Form

KEY_BYTES = 32
MOST_WORKERS = 8
_REASONS = {
    "int_parsing": "moet een geheel getal zijn",
    "greater_than_equal": "moet {ge} of meer zijn",
    "less_than_equal": "moet {le} of minder zijn",
    "bool_parsing": "moet 1 of 0 zijn",
    "string_pattern_mismatch": "heeft niet de vorm {pattern}",
    "literal_error": "moet een van deze zijn: {expected}",
}


class SettingsError(Exception):
    """The environment contradicts itself; the text says how, in Dutch, on one line per fault."""


class Settings(BaseSettings):
    """Read from `NOABER_…` (and `PORT`); an empty variable counts as absent."""

    model_config = SettingsConfigDict(
        env_prefix="NOABER_", env_ignore_empty=True, frozen=True, populate_by_name=True
    )

    database_url: str | None = None
    migratie_url: str | None = None
    data: Path = Path(".noaber")
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535, validation_alias="PORT")] = 8000
    issuer: str | None = None
    audience: str | None = None
    jwks_url: str | None = None
    lokale_uitgever: bool = False
    sleutel: SecretStr | None = None
    sleutel_vorige: SecretStr | None = None
    certificate_header: Annotated[str | None, Field(pattern=r"^[A-Za-z0-9-]+$")] = None
    trusted_proxies: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode] = ()
    workers: Annotated[int, Field(ge=0, le=MOST_WORKERS)] = 2
    requests_per_minute: Annotated[int, Field(ge=0)] = 60_000
    log: Form = "tekst"
    metrics_port: Annotated[int | None, Field(ge=1, le=65535)] = None
    metrics_host: str = "127.0.0.1"
    otlp_endpoint: Annotated[
        str | None,
        Field(pattern=r"^https?://[^/?#]+$", validation_alias="OTEL_EXPORTER_OTLP_ENDPOINT"),
    ] = None

    @property
    def uses_local_issuer(self) -> bool:
        """Tokens are signed with the key in the data folder, by `noaber token`."""
        return self.issuer is None

    @property
    def owner_url(self) -> str | None:
        """The database as its owner: to migrate, back up, restore and prove."""
        return self.migratie_url or self.database_url

    @field_validator("database_url", "migratie_url")
    @classmethod
    def _names_postgresql(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("postgresql://", "postgres://")):
            raise ValueError("moet beginnen met postgresql://")
        return value

    @field_validator("jwks_url")
    @classmethod
    def _is_not_overheard(cls, value: str | None) -> str | None:
        if value is not None and not _is_secure(value):
            raise ValueError("moet beginnen met https:// (http:// alleen op de eigen machine)")
        return value

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _are_networks(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        try:
            return tuple(ip_network(word) for word in value.replace(",", " ").split())
        except ValueError:
            raise ValueError(
                "moet bestaan uit adressen of netwerken, zoals 10.0.0.5 of 10.0.0.0/24"
            ) from None

    @field_validator("sleutel", "sleutel_vorige")
    @classmethod
    def _is_a_key(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(_decoded(value)) != KEY_BYTES:
            raise ValueError("moet 32 bytes in base64 zijn (openssl rand -base64 32)")
        return value

    @model_validator(mode="after")
    def _changes_to_another_key(self) -> Self:
        if self.sleutel_vorige and not self.sleutel:
            raise ValueError("NOABER_SLEUTEL_VORIGE hoort bij een nieuwe NOABER_SLEUTEL: zet beide")
        if self.sleutel and self.sleutel == self.sleutel_vorige:
            raise ValueError("NOABER_SLEUTEL en NOABER_SLEUTEL_VORIGE zijn dezelfde")
        return self

    @model_validator(mode="after")
    def _trusts_a_gateway(self) -> Self:
        if bool(self.certificate_header) != bool(self.trusted_proxies):
            raise ValueError(
                "NOABER_CERTIFICATE_HEADER en NOABER_TRUSTED_PROXIES horen bij elkaar: "
                "een certificaat telt alleen van een gateway waarvan het adres bekend is"
            )
        return self

    @model_validator(mode="after")
    def _migrates_what_it_serves(self) -> Self:
        if self.migratie_url and not self.database_url:
            raise ValueError(
                "NOABER_MIGRATIE_URL hoort bij NOABER_DATABASE_URL: de service zelf gebruikt die"
            )
        return self

    @model_validator(mode="after")
    def _names_one_issuer(self) -> Self:
        outside = (self.issuer, self.audience, self.jwks_url)
        if any(outside) and not all(outside):
            raise ValueError(
                "NOABER_ISSUER, NOABER_AUDIENCE en NOABER_JWKS_URL horen bij elkaar: "
                "zet ze alle drie of geen van drieën"
            )
        if self.issuer and self.lokale_uitgever:
            raise ValueError(
                "NOABER_LOKALE_UITGEVER=1 en NOABER_ISSUER sluiten elkaar uit: kies er één"
            )
        if self.database_url and not self.issuer and not self.lokale_uitgever:
            raise ValueError(
                "Met NOABER_DATABASE_URL is een uitgever van tokens nodig: zet NOABER_ISSUER, "
                "NOABER_AUDIENCE en NOABER_JWKS_URL (of, alleen om te proberen, "
                "NOABER_LOKALE_UITGEVER=1)"
            )
        return self


def read_settings() -> Settings:
    """The settings of this environment. Raises SettingsError."""
    try:
        return Settings()
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
        raise SettingsError(
            "\n".join(_sentence(fault["loc"], _reason(fault)) for fault in faults)
        ) from None


def _reason(fault: ErrorDetails) -> str:
    known = _REASONS.get(fault["type"])
    return known.format(**fault.get("ctx", {})) if known else fault["msg"]


def _sentence(place: tuple[int | str, ...], message: str) -> str:
    text = message.removeprefix("Value error, ")
    if not place:
        return f"{text}."
    name = str(place[0])
    variable = name if name.isupper() else f"NOABER_{name.upper()}"
    return f"{variable} is onbruikbaar: {text}."


def _is_secure(url: str) -> bool:
    parts = urlsplit(url)
    at_home = parts.hostname in ("localhost", "127.0.0.1", "::1")
    return bool(parts.hostname) and parts.scheme in ("https", *(("http",) if at_home else ()))


def _decoded(value: SecretStr) -> bytes:
    try:
        return base64.b64decode(value.get_secret_value(), validate=True)
    except (binascii.Error, ValueError):
        return b""
