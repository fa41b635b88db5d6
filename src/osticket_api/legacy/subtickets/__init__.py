"""The four doors to parents and children."""
