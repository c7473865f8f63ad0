# SPDX-License-Identifier: EUPL-1.2
import base64

import pytest

from app.settings import Settings, SettingsError, read_settings

OUTSIDE = {
    "NOABER_ISSUER": "https://login.voorbeeld.nl",
    "NOABER_AUDIENCE": "noaber",
    "NOABER_JWKS_URL": "https://login.voorbeeld.nl/jwks",
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
