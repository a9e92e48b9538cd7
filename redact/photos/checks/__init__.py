"""What was put away is read back, slowly, again and again: copies in trust storage, sealed originals in the vault.

Called by the periodic tasks; doctor asks how far it has come.  One rule goes through both (passes.py); what each reads,
and which entry it writes, stands in storage.py and vault.py.
"""
