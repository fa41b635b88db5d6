"""How requests add, change and delete agents."""

from typing import Final

from osticket_api.db import tables as t
from osticket_api.features.staff.queries import get_staff
from osticket_api.query.resource import Resource

STAFF_MEMBERS: Final = Resource("staff", t.staff, get_staff)
