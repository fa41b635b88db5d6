"""HTTP for features: the router, the call, readers of input, the envelope."""
