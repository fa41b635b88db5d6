"""Statistics: how many tickets came, went and wait, and how long it took."""
