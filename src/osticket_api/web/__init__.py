"""What a routes file may use: the router, the call, input readers, the envelope."""
