"""Each risk on the page about security has a proof, and each proof is a test that is there."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text()
PROOFS = sorted(set(re.findall(r"`(tests/\S+?)::(\w+)`", PAGE)))
ROWS = re.findall(r"^\| ((?:API|V)\d+) .*\| ([^|]*) \|$", PAGE, re.MULTILINE)


@pytest.mark.parametrize(("path", "name"), PROOFS)
def test_proof_is_there(path: str, name: str) -> None:
    tree = ast.parse((ROOT / path).read_text())
    assert name in {each.name for each in tree.body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)}


@pytest.mark.parametrize(("risk", "proof"), ROWS)
def test_risk_has_a_proof(risk: str, proof: str) -> None:
    assert "::test_" in proof


def test_all_ten_risks_are_answered() -> None:
    assert {f"API{number}" for number in range(1, 11)} <= {risk for risk, _ in ROWS}
