"""What commands print: values in, lines of text out; nothing here acts."""
