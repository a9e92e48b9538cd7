"""Pages of the registers: sites, take-downs, incidents.

Called by the table of routes alone; each turns a form into one act of redact/posts, and knows no rule of it.
"""
