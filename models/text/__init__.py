"""Where text is and what it reads: locate lines, recognise them, and Tesseract as an optional second reader.

Called through `models.finders`, and by name where covers are attacked; knows nothing of names.
"""
