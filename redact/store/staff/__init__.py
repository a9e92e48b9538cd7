"""Rows of what staff owe and are told: versions of the policy, duties, messages.  Knows no rule of when."""
