"""The deletion record: what became of every photo on a device, folded from entries, and the page to print.

Called by `reports` and, for what a look at a device found, by `devices`; pure, it is handed entries and gives values
and text.  Three folds (places, photos, devices) take each entry once; record.py counts, page.py prints, and former.py
is the one place that reads what version 0.1.0 wrote in sentences.
"""
