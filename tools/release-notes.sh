#!/bin/sh
# The notes of one version, out of CHANGELOG.md: sh tools/release-notes.sh 0.2.0
set -eu
notes=$(awk -v version="$1" '/^## /{on = ($2 == version); next} on' "$(dirname "$0")/../CHANGELOG.md")
[ -n "$notes" ] || { echo "CHANGELOG.md has no version $1" >&2; exit 1; }
printf '%s\n' "$notes"
