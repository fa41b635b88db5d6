"""Providers that receive mail for the help desk and post it: what each sends, and how it proves who it is."""
