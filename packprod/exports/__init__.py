"""Exports: any list or report as a CSV or XLSX file, for the API and the admin alike.

An export is a name and columns (`export.py`); its rows are an iterator. The two writers (`as_csv.py`, `as_xlsx.py`)
turn them into chunks of bytes without holding all rows in memory. `response.py` sends the chunks as a download.
"""
