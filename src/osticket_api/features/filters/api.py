"""Public interface of filters for the rest of the application."""

from osticket_api.features.filters.apply import FilterOutcome, FilterSource, apply, mark_filters_of, named_by_filters

__all__ = ["FilterOutcome", "FilterSource", "apply", "mark_filters_of", "named_by_filters"]
