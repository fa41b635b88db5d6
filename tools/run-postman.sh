#!/bin/sh
# Run the Postman collection by newman against a help desk of sample data, reads only: sh tools/run-postman.sh FOLDER NEWMAN OSTICKET_API
set -eu
folder=$1 newman=$2 server=$3
data=$(mktemp -d)
PORT=0 DATA_DIR=$data RATE_LIMIT_ENABLED=false LOG_LEVEL=error "$server" demo > "$data/told" &
pid=$!
trap 'kill $pid; wait $pid 2> /dev/null || true; rm -rf "$data"' EXIT
until address=$(sed -n 's/^listening on //p' "$data/told") && [ -n "$address" ]; do
  kill -0 $pid
  sleep 0.2
done
"$newman" run "$folder/osticket-api.postman_collection.json" -e "$folder/osticket-api.postman_environment.json" \
  --env-var "base_url=$address" --env-var only_reads=true --timeout-request 10000 \
  --reporters cli --reporter-cli-no-success-assertions --reporter-cli-no-console --reporter-cli-no-banner
