"""A finding goes in, something a person can read comes out."""
