"""What commands print: values in, lines of text out.

Called by the commands; nothing here acts, reads the database or knows which command it prints for.
"""
