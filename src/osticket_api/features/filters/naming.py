"""Which filters set something to a given object."""

from sqlalchemy import ColumnElement, and_

from osticket_api.db import tables as t
from osticket_api.features.filters.actions import SETTINGS
from osticket_api.kit import php_json


def named_by_filters(kind: str, object_id: int) -> ColumnElement[bool]:
    """The actions of this kind, such as `sla`, that name this object: as a number, or as PHP's forms send it, as text.

    Source: people.md 4.2
    """
    action, key = t.filter_action.c, SETTINGS[kind].key
    encoded = [php_json.encode({key: value}) for value in (object_id, str(object_id))]
    return and_(action.type == kind, action.configuration.in_(encoded))
