"""Whose face it may be: distances to enrolled people.

Called where somebody is enrolled, and then only; knows no pupil, no consent and no threshold of policy.
"""
