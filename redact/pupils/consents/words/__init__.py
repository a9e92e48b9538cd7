"""What words in an export of consents mean: answers, a school's own words, headings, and what speaks against a yes.

Called by the modules above, which know where in a file such words stand.  Tables of words and their reading alone.
"""
