"""What changed since a cursor, each resource whole: for programs that keep a copy."""
