"""The deletion record: what became of every photo on a device, folded from entries, and the page to print.

Called by `reports` and, for what a look at a device found, by `devices`; pure: entries in, values and text out.
Three folds (places, photos, devices) take each entry once; record.py counts, page.py prints, and only former.py reads
what version 0.1.0 wrote in sentences.
"""
