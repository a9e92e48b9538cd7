"""Routes: what each address of the desk does, a file a group of pages; table.py names them all and who may open them.

An endpoint takes a `Visit` that has passed the gate, calls an act or a query, and draws a page.
"""
