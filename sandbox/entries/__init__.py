"""The lines of the providers' books, as they can be changed from outside."""
