#!/usr/bin/env bash
# SPDX-License-Identifier: EUPL-1.2
# Lint openapi.yaml against the NL GOV REST API Design Rules: tests/checks/adr.sh RULESET
set -euo pipefail

SPECTRAL=@stoplight/spectral-cli@6.16.3
ruleset=${1:-}

skip() {
  echo "!!! ADR lint SKIPPED: $1" >&2
  exit 0
}

[ -n "$ruleset" ] || skip "no ruleset; give it as ADR_RULESET=path/to/linter.yaml"
[ -f "$ruleset" ] || skip "there is no $ruleset"
command -v npx >/dev/null || skip "npx (Node) is not installed"
export npm_config_fetch_retries=0
npx --yes "$SPECTRAL" --version >/dev/null 2>&1 || skip "$SPECTRAL cannot be fetched or run"

npx --yes "$SPECTRAL" lint -F warn -r "$ruleset" openapi.yaml
