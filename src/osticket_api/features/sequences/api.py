"""Public interface of sequences for the rest of the application."""

from osticket_api.features.sequences.numbering import Numbering, draw
from osticket_api.features.sequences.requests import NumberFormat

__all__ = ["NumberFormat", "Numbering", "draw"]
