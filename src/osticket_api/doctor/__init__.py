"""What an administrator should know about a help desk, and how to mend what is wrong. Reads only."""
