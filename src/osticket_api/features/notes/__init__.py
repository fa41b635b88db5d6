"""Quick notes that agents keep on users and organizations."""
