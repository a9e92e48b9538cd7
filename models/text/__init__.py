"""Where text is and what it reads: locate lines, recognise them, and Tesseract as an optional second reader.

Called through `models.finders`; knows nothing of names.
"""
