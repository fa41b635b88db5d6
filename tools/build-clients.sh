#!/bin/sh
# Generate the cores of both clients from docs/openapi.json, check their types, and build them: clients/python/dist, clients/typescript/dist.
# $1: the folder of generators that tools/make-clients.sh fills.
set -eu
unset PYTHONPATH
cd "$(dirname "$0")/.."
tools=$(cd "$1" && pwd)
description=$(pwd)/docs/openapi.json

cd clients/python
rm -rf src/osticket_client/core dist build
echo '{"post_hooks": []}' > "$tools/generator.json"
"$tools/bin/openapi-python-client" generate --path "$description" --output-path src/osticket_client/core --meta none \
  --config "$tools/generator.json" --fail-on-warning
"$tools/bin/mypy" --strict --follow-imports silent src/osticket_client/*.py
"$tools/bin/python" -m build --wheel --no-isolation --outdir dist . > "$tools/build.log" || { cat "$tools/build.log"; exit 1; }

cd ../typescript
rm -rf dist
ln -sfn "$tools/node_modules" node_modules
node_modules/.bin/openapi-typescript "$description" -o src/schema.d.ts
node_modules/.bin/tsc -p .
cp src/schema.d.ts dist/
