"""A complete osTicket 1.18.1 help desk in an empty database, with sample data or many tickets if wanted.

`use_prefix` must have named the tables before: `db.connect.open_database` does.
"""

from osticket_api.embedded.creation import build, create
from osticket_api.embedded.demo import DEMO_PASSWORD, add_demo
from osticket_api.embedded.new_desk import NewDesk
from osticket_api.embedded.schema import is_empty, search_index
from osticket_api.embedded.volume import add_tickets

__all__ = ["DEMO_PASSWORD", "NewDesk", "add_demo", "add_tickets", "build", "create", "is_empty", "search_index"]
