#!/bin/sh
# Build the wheel and the sdist, install each alone into an empty environment, and serve the sample help desk from it.
set -eu
unset PYTHONPATH
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rm -rf dist build
"$python" -m venv "$work/build"
"$work/build/bin/pip" install -q --require-hashes -r requirements/package.txt
"$work/build/bin/python" -m build --no-isolation --outdir dist . > "$work/build.log" || { cat "$work/build.log"; exit 1; }
"$python" -m venv "$work/needed"
"$work/needed/bin/python" -m pip install -q --require-hashes -r requirements/run.txt
for package in dist/*.whl dist/*.tar.gz; do
  # A copy of what is needed takes a second, to install it again half a minute. The commands of a copy, such as pip, still
  # mean what they were copied from: python itself does not.
  rm -rf "$work/empty"
  cp -a "$work/needed" "$work/empty"
  "$work/empty/bin/python" -m pip install -q --no-deps --no-build-isolation "$package"
  "$work/empty/bin/python" -m pip check
  (cd "$work" && "$work/empty/bin/python" - <<'PYTHON'
import os, subprocess, sys, tempfile, urllib.request
from pathlib import Path

command = Path(sys.executable).with_name("osticket-api")
print(subprocess.check_output([command, "--version"], text=True).strip())
with tempfile.TemporaryDirectory() as data:
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": data, "PORT": "0"}
    with subprocess.Popen([command, "demo"], env=environment, stdout=subprocess.PIPE, text=True, cwd=data) as server:
        line = next(line for line in server.stdout if line.startswith("listening on "))
        address = line.removeprefix("listening on ").strip()
        for path in ("/healthz", "/docs", "/docs/assets/scalar.js", "/openapi.json", "/console", "/problems"):
            with urllib.request.urlopen(address + path, timeout=60) as answer:
                assert answer.status == 200 and answer.read(), path
        server.terminate()
PYTHON
  )
  echo "$package works alone"
done
