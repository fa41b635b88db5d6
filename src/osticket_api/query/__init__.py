"""Lists, filters, orders and references, as SQL: what features ask of the database in the words of a query string."""
