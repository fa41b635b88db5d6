"""`python -m osticket_api`."""

from osticket_api.cli.main import app

app()
