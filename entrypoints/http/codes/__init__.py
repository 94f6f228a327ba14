"""The catalogue of every error: ``python -m entrypoints.http.codes > docs/errors.md``."""
