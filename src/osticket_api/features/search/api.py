"""Public interface of search for the rest of the application."""

from osticket_api.features.search.rebuilding import KINDS, Kind, check_index, count_objects, rebuild_batch

__all__ = ["KINDS", "Kind", "check_index", "count_objects", "rebuild_batch"]
