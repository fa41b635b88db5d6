"""The addresses from which no ticket is accepted."""
