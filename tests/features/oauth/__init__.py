"""Machine clients."""
