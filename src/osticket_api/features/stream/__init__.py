"""Events as they happen, over server-sent events."""
