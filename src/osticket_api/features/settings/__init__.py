"""The help desk's settings, as far as programs need them and administrators may change them here."""
