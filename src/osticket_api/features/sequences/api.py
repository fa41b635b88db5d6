"""What the rest of the application may use of sequences."""

from osticket_api.features.sequences.numbering import Numbering, draw
from osticket_api.features.sequences.requests import NumberFormat

__all__ = ["NumberFormat", "Numbering", "draw"]
