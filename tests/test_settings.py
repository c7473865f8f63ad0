# SPDX-License-Identifier: EUPL-1.2
import base64

import pytest

from app.settings import Settings, SettingsError, read_settings

OUTSIDE = {
    "NOABER_ISSUER": "https://login.voorbeeld.nl",
    "NOABER_AUDIENCE": "noaber",
    "NOABER_JWKS_URL": "https://login.voorbeeld.nl/jwks",
}
GATEWAY = {
    "NOABER_CERTIFICATE_HEADER": "Client-Cert",
    "NOABER_TRUSTED_PROXIES": "10.0.0.5, 192.0.2.0/24 ::1",
}
DATABASE = {"NOABER_DATABASE_URL": "postgresql://db/noaber"}


def _read(monkeypatch: pytest.MonkeyPatch, **variables: str) -> Settings:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return read_settings()


def test_nothing_set_means_embedded_with_the_local_issuer() -> None:
    settings = read_settings()
    assert settings.uses_local_issuer
    assert (settings.database_url, settings.port, str(settings.data)) == (None, 8000, ".noaber")


def test_an_empty_variable_counts_as_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _read(monkeypatch, NOABER_DATABASE_URL="", PORT="").port == 8000


def test_an_outside_issuer_takes_the_place_of_the_local_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert not _read(monkeypatch, **DATABASE, **OUTSIDE).uses_local_issuer


def test_the_addresses_of_the_gateway_are_a_list(monkeypatch: pytest.MonkeyPatch) -> None:
    networks = [str(network) for network in _read(monkeypatch, **GATEWAY).trusted_proxies]
    assert networks == ["10.0.0.5/32", "192.0.2.0/24", "::1/128"]


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"NOABER_ISSUER": "https://login.voorbeeld.nl"}, "NOABER_JWKS_URL"),
        ({"NOABER_JWKS_URL": "https://login.voorbeeld.nl"}, "NOABER_ISSUER"),
        (DATABASE, "NOABER_LOKALE_UITGEVER=1"),
        ({**OUTSIDE, "NOABER_LOKALE_UITGEVER": "1"}, "sluiten elkaar uit"),
        ({"NOABER_DATABASE_URL": "mysql://db"}, "postgresql://"),
        ({"NOABER_SLEUTEL": base64.b64encode(b"short").decode()}, "NOABER_SLEUTEL"),
        ({"NOABER_SLEUTEL": "geen base64"}, "NOABER_SLEUTEL"),
        ({**OUTSIDE, "NOABER_JWKS_URL": "http://login.voorbeeld.nl/jwks"}, "https://"),
        ({**OUTSIDE, "NOABER_JWKS_URL": "file:///etc/passwd"}, "https://"),
        ({"NOABER_CERTIFICATE_HEADER": "Client-Cert"}, "NOABER_TRUSTED_PROXIES"),
        ({"NOABER_TRUSTED_PROXIES": "10.0.0.1"}, "NOABER_CERTIFICATE_HEADER"),
        ({**GATEWAY, "NOABER_TRUSTED_PROXIES": "de proxy"}, "10.0.0.0/24"),
        ({**GATEWAY, "NOABER_CERTIFICATE_HEADER": "client cert:"}, "heeft niet de vorm"),
        ({"NOABER_LOG": "xml"}, "moet een van deze zijn: 'tekst'"),
        ({"NOABER_METRICS_PORT": "0"}, "NOABER_METRICS_PORT"),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "collector"}, "OTEL_EXPORTER_OTLP_ENDPOINT is"),
        ({"PORT": "acht"}, "PORT is onbruikbaar: moet een geheel getal zijn"),
    ],
)
def test_a_contradiction_is_named(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], named: str
) -> None:
    with pytest.raises(SettingsError, match=named):
        _read(monkeypatch, **variables)


def test_a_secret_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    key = base64.b64encode(bytes(32)).decode()
    assert key not in repr(_read(monkeypatch, NOABER_SLEUTEL=key))
