"""Measurements, never tests: how long things take and how much memory, beside what others take."""
