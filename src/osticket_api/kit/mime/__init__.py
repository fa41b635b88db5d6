"""Mails as bytes: their parts, headers and characters, read so that nothing is refused for how it is written.

The `email` package of the standard library is not used for this: it raises on odd headers and on deep nesting, writes
attached mails anew instead of giving their bytes, and knows neither raw eight-bit headers nor the labels that the web
and mail programs use for character sets.
"""
