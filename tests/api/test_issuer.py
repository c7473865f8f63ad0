# SPDX-License-Identifier: EUPL-1.2
from pathlib import Path
from typing import Any

import jwt
import pytest

from app.api.issuer import AUDIENCE, ISSUER, ROLLEN, TokenError, make_token, public_jwks


def _claims(data: Path, token: str) -> dict[str, Any]:
    header = jwt.get_unverified_header(token)
    key = jwt.PyJWKSet.from_dict(public_jwks(data))[header["kid"]]
    assert header["typ"] == "at+jwt"
    return jwt.decode(token, key, algorithms=["ES256"], audience=AUDIENCE, issuer=ISSUER)


def test_a_token_checks_against_the_public_keys(tmp_path: Path) -> None:
    claims = _claims(tmp_path, make_token(tmp_path, "toegang", gemeente="0153"))
    assert claims["gemeente"] == "0153"
    assert claims["sub"] == "toegang-0153"
    assert claims["exp"] - claims["iat"] == 8 * 3600
    assert set(claims["scope"].split()) == set(ROLLEN["toegang"].scopes)
    assert {"client_id", "jti"} <= claims.keys()


def test_regio_is_bound_to_nothing_and_may_name_itself(tmp_path: Path) -> None:
    claims = _claims(tmp_path, make_token(tmp_path, "regio", sub="vaststeller"))
    assert claims["sub"] == "vaststeller"
    assert not {"gemeente", "agb"} & claims.keys()


def test_tokens_outlive_the_process_that_made_them(tmp_path: Path) -> None:
    token = make_token(tmp_path, "aanbieder", agb="99000001")
    assert _claims(tmp_path, token)["agb"] == "99000001"
    assert make_token(tmp_path, "aanbieder", agb="99000001") != token


def test_a_token_of_another_data_folder_does_not_check(tmp_path: Path) -> None:
    token = make_token(tmp_path / "a", "regio")
    with pytest.raises(KeyError):
        _claims(tmp_path / "b", token)


def test_public_keys_hold_nothing_private(tmp_path: Path) -> None:
    (key,) = public_jwks(tmp_path)["keys"]
    assert key.keys() == {"kty", "crv", "x", "y", "kid", "alg", "use"}


@pytest.mark.parametrize(
    ("rol", "gemeente", "agb", "named"),
    [
        ("toegang", None, None, "--gemeente"),
        ("toegang", "153", None, "vier cijfers"),
        ("toegang", "٠١٥٣", None, "vier cijfers"),
        ("toegang", "0153", "99000001", "--agb"),
        ("aanbieder", None, "9900001", "acht cijfers"),
        ("aanbieder", "0153", None, "--gemeente"),
        ("regio", "0153", None, "--gemeente"),
        ("wethouder", None, None, "Onbekende rol"),
    ],
)
def test_a_wrong_combination_is_refused(
    tmp_path: Path, rol: str, gemeente: str | None, agb: str | None, named: str
) -> None:
    with pytest.raises(TokenError, match=named):
        make_token(tmp_path, rol, gemeente=gemeente, agb=agb)
    assert list(tmp_path.iterdir()) == []


def test_a_spoiled_key_is_named(tmp_path: Path) -> None:
    (tmp_path / "uitgever.pem").write_text("geen sleutel")
    with pytest.raises(TokenError, match=r"uitgever\.pem"):
        make_token(tmp_path, "regio")
