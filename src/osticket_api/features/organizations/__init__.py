"""Organizations: whom users belong to."""
