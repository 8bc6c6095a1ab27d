"""Streamlit pages: the only room, with app.py, that knows Streamlit. No SQL and no arithmetic."""
