"""What is measured, and what counts as a change. Pure: no internet, no disk, no Streamlit, no “today”."""

from indicators.finding import Finding, Question
from indicators.study import Studied, study, study_all

__all__ = ["Finding", "Question", "Studied", "study", "study_all"]
