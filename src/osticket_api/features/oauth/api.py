"""What the rest of the application may use of OAuth: nothing."""

__all__: list[str] = []
