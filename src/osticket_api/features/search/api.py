"""What the rest of the application may use of search."""

from osticket_api.features.search.rebuilding import KINDS, Kind, check_index, count_objects, rebuild_batch

__all__ = ["KINDS", "Kind", "check_index", "count_objects", "rebuild_batch"]
