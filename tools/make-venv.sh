#!/bin/sh
# Make the virtual environment $1. Debian splits venv from python3; where that part is missing, say so or install it.
set -eu
python=${PYTHON:-python3}

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
  echo "osticket-api needs Python 3.11 or newer; $python is $("$python" --version 2>&1)" >&2
  exit 1
}
"$python" -c 'import ensurepip, venv' 2>/dev/null || {
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q python3-venv
  else
    echo "Python's venv module is missing: run 'sudo apt-get install python3-venv' and try again" >&2
    exit 1
  fi
}
exec "$python" -m venv "$1"
