"""Long work as rows in SQL: claimed by one worker at a time, found again by a sweep when that worker dies."""
