"""Traces for the log have no values."""

from sqlalchemy import exc

from osticket_api.kit.traces import trace_of


def _caught() -> BaseException:
    try:
        try:
            raise KeyError("jane@example.com")
        except KeyError as error:
            raise exc.IntegrityError("INSERT", {}, ValueError(1062, "Duplicate entry 'jane@example.com'")) from error
    except exc.IntegrityError as error:
        return error


def test_a_trace_tells_kinds_numbers_and_places_but_no_messages() -> None:
    trace = trace_of(_caught())
    assert trace[0] == "sqlalchemy.exc.IntegrityError 1062"
    assert any("test_traces.py" in line and "_caught" in line for line in trace)
    assert "builtins.KeyError" in trace
    assert "jane" not in "".join(trace)


def test_what_was_suppressed_is_left_out() -> None:
    try:
        try:
            raise KeyError("x")
        except KeyError:
            raise ValueError("y") from None
    except ValueError as error:
        trace = trace_of(error)
    assert trace[0] == "builtins.ValueError"
    assert "builtins.KeyError" not in trace
