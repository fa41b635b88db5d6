#!/bin/sh
# Generators of API clients, for the tests: openapi-python-client, and openapi-typescript where node is found.
# They live in an environment of their own, since what they need does not agree with what the server needs.
set -eu
target=$1
here=$(dirname "$0")/../requirements/clients
[ -x "$target/bin/python" ] || "${PYTHON:-python3}" -m venv "$target"
"$target/bin/pip" install -q --require-hashes -r "$here/python.txt"
if command -v npm >/dev/null; then
  cp "$here/package.json" "$here/package-lock.json" "$target"
  npm ci --silent --no-audit --no-fund --prefix "$target"
fi
