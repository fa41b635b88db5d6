"""Telling other programs what happens: deliveries are queued, signed, sent, and tried again."""
