"""Routes: what each address of the desk does, one file per group of pages; table.py names all and who may open them.

Called by desk/app.py through the table.  An endpoint takes a `Visit` that has passed the gate, calls an act or a query,
and draws a page; it knows no rule of the act and no SQL.
"""
