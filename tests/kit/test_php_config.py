"""PHP's configuration files, read without PHP."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osticket_api.kit.php_config import PhpValue, read_constants


def value_of(expression: str) -> PhpValue:
    return read_constants(f"<?php\ndefine('BEFORE', 'b');\ndefine('X', {expression});\ndefine('AFTER', 1);")["X"]


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("'plain'", "plain"),
        (r"'it\'s'", "it's"),
        (r"'back\\slash'", "back\\slash"),
        (r"'ends with \\'", "ends with \\"),
        (r"'keeps \n as it is'", r"keeps \n as it is"),
        ("'# no // comment /* here */ and no ?> end'", "# no // comment /* here */ and no ?> end"),
        ("'$no {$variable} ${here}'", "$no {$variable} ${here}"),
        (r'"tab\t quote\" dollar\$x"', 'tab\t quote" dollar$x'),
        (r'"\x41\101\u{1F600}"', "AA\U0001f600"),
        (r'"\xc3\xa9"', "é"),
        (r'"unknown \q stays"', r"unknown \q stays"),
        ('"5$ and $1 and a$"', "5$ and $1 and a$"),
        ('"# no // comment ?>"', "# no // comment ?>"),
        ("'a' . \"b\" . 1 . TRUE . FALSE . NULL", "ab11"),
        ("BEFORE . '-' . BEFORE", "b-b"),
        ("('a' . ('b'))", "ab"),
        ("TRUE", True),
        ("false", False),
        ("42", 42),
        ("-7", -7),
        ("0x1F", 31),
        ("1.5", 1.5),
        ("9" * 30, 1e30),
        ("9" * 5000, float("inf")),
        ("(" * 50 + "1" + ")" * 50, 1),
        ("'kept', true", "kept"),
        ("/* here */ 'a' # and here\n", "a"),
    ],
)
def test_a_value_is_what_php_would_give(expression: str, value: PhpValue) -> None:
    assert value_of(expression) == value


@pytest.mark.parametrize(
    "expression",
    [
        "getenv('SECRET')",
        "__DIR__ . '/x'",
        "dirname(__FILE__)",
        '"pa$word"',
        '"pa{$word}"',
        '"pa${word}"',
        "UNHEARD_OF",
        r'"\u{D800}"',
        r'"\u{110000}"',
        r'"\u{FFFFFFFFFFFFFFFFFFFF}"',
        "(" * 5000 + "1" + ")" * 5000,
        "1 + 1",
        "!TRUE",
        "$variable",
        "['a', 'b']",
        "<<<TEXT\nhere\nTEXT",
        "",
    ],
)
def test_a_value_only_php_can_tell_is_none_and_the_rest_is_read(expression: str) -> None:
    constants = read_constants(f"<?php define('X', {expression}); define('AFTER', 1);")
    assert constants["X"] is None
    assert constants["AFTER"] == 1


def test_comments_are_no_definitions() -> None:
    source = "<?php // define('A', 1);\n# define('B', 2);\n/* define('C', 3); */ define('D', 4); // ?> define('E', 5);"
    assert read_constants(source) == {"D": 4}


def test_text_outside_of_php_is_no_definition() -> None:
    assert read_constants("define('A', 1); <?php define('B', 2); ?> define('C', 3) <?php define('D', 4);") == {
        "B": 2,
        "D": 4,
    }


def test_text_in_a_heredoc_is_no_definition() -> None:
    source = "<?php $a = <<<'EOT'\ndefine('A', 1); it's\n  EOT;\n$b = <<<EOT\nEOT;\ndefine('B', 2);"
    assert read_constants(source) == {"B": 2}


def test_the_first_of_two_definitions_counts() -> None:
    assert read_constants("<?php define('A', 1); define('A', 2);") == {"A": 1}


def test_a_conditional_definition_is_read() -> None:
    assert read_constants("<?php if (!defined('A')) \\define('A', 1); DEFINE(\"B\", 2);") == {"A": 1, "B": 2}


def test_windows_line_ends_are_read() -> None:
    assert read_constants("<?php\r\n# a\r\ndefine('A', 1);\r\n// b\r\ndefine('B', 2);\r\n") == {"A": 1, "B": 2}


def test_a_string_that_never_ends_is_refused_with_its_line() -> None:
    with pytest.raises(ValueError, match="line 3 never ends"):
        read_constants("<?php\ndefine('A', 1);\ndefine('B', 'oops);\n")


def test_a_file_without_php_is_refused() -> None:
    with pytest.raises(ValueError, match="no PHP code"):
        read_constants("DB_HOST=localhost")


@given(st.text())
def test_any_text_survives_single_quotes(text: str) -> None:
    quoted = text.replace("\\", "\\\\").replace("'", "\\'")
    assert value_of(f"'{quoted}'") == text


@given(st.text())
def test_any_text_survives_double_quotes(text: str) -> None:
    quoted = text.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$")
    assert value_of(f'"{quoted}"') == text


@given(st.text(alphabet="<?phdefin'\"\\/*#(),. \nA1>$"))
def test_no_file_makes_it_fail_otherwise(text: str) -> None:
    with suppress(ValueError):
        read_constants("<?php " + text)
