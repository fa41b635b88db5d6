"""Small things that know nothing of help desks."""
