"""Exports: any list or report as a CSV or XLSX file, for the API and the admin alike.

An export is a name and columns (`export.py`); its rows are an iterator. The two writers (`as_csv.py`, `as_xlsx.py`)
turn both into chunks of bytes and never hold more than a chunk of rows. `response.py` makes the download of it.
"""
