"""Commands on pictures, without a workspace: photo, check, and the model files.

Called through the table in commands.py; they know the workers and the redaction, and open no workspace.
"""
