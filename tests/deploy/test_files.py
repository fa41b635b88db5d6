"""What `deploy/` has is accepted by those that read it, and names settings and commands that exist."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import typer

from osticket_api.cli.main import typer_app
from osticket_api.settings import Settings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())


def _tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is missing")
    return found


def _accepts(*command: str | Path) -> None:
    done = subprocess.run([str(each) for each in command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_systemd_accepts_the_units(tmp_path: Path) -> None:
    for unit in UNITS:
        text = unit.read_text().replace("/opt/osticket-api/bin/osticket-api", "/bin/true")
        (tmp_path / unit.name).write_text(text)
    _accepts(_tool("systemd-analyze"), "verify", "--man=no", *(tmp_path / unit.name for unit in UNITS))


def test_yaml_is_well_formed_and_tidy() -> None:
    _accepts(_tool("yamllint"), "-c", ".yamllint.yml", "--strict", ".github", "deploy")


def test_only_commands_and_settings_that_exist_are_named() -> None:
    texts = {path: path.read_text() for path in (ROOT / "Dockerfile", *DEPLOY.rglob("*.*ml"), *UNITS)}
    settings = {name.upper() for name in Settings.model_fields}
    for path, text in texts.items():
        named = set(re.findall(r"\b(?:APP|DB|DATA|JWT|REDIS|MAIL|SECRET|TRUSTED|METRICS)_[A-Z_]+\b", text))
        assert named <= settings, path
    root = typer.main.get_command(typer_app)
    commands = set(getattr(root, "commands", {}))
    used = {word for text in texts.values() for word in re.findall(r"bin/osticket-api (\w+)", text)}
    assert {"serve", "worker", "doctor"} <= used <= commands | {"attach"}


def test_the_image_and_the_units_run_without_root() -> None:
    assert re.search(r"^USER 10001$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    for unit in UNITS:
        if unit.suffix == ".service":
            assert "User=osticket-api" in unit.read_text(), unit


def test_the_notes_of_a_release_come_from_the_changes() -> None:
    version = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)[-1]
    _accepts("sh", "tools/release-notes.sh", version)
    missing = subprocess.run(["sh", "tools/release-notes.sh", "99.0.0"], cwd=ROOT, capture_output=True, check=False)
    assert missing.returncode == 1
