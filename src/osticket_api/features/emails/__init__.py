"""The help desk's own addresses: what people write to, and what it answers from."""
