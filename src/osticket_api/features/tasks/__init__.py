"""Tasks: work that agents give each other, on a ticket or by itself. Users never see it."""
