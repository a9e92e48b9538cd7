"""Rows of what staff owe and are told: versions of the policy, duties, messages.

Called by redact/posts (duties, policies) and redact/messages; it knows no rule of when.
"""
