"""`osticket-api settings`: every setting with its default and its meaning."""

from osticket_api.cli.output import Output, print_or_write
from osticket_api.settings_reference import env_example


def settings(output: Output = None) -> None:
    """Print every setting with its default and its meaning, as a settings file to start from."""
    print_or_write(env_example(), output)
