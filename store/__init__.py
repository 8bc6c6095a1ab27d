"""The nouns – source, area, period, observation – and the DuckDB file that holds them. Nothing stands below."""

__version__ = "0.1.0"
