"""Long work as rows in SQL: one worker at a time claims a row, and a sweep finds it again if that worker dies."""
