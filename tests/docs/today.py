"""The day the documents' own questions are asked on."""

from datetime import date

TODAY = date(2026, 11, 22)
