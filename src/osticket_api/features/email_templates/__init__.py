"""The texts that mails are made from."""
