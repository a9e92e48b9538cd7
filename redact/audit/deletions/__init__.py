"""The deletion record: what became of every photo on a device, folded from entries, and the page to print.

Called by `reports`; pure, it is handed entries and gives values and text.
"""
