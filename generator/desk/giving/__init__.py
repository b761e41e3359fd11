"""Files that are given to the desk: what each is, what its columns are, which of its rows are good, what comes of them.

All but the tray is work of the processes behind the page.
"""
