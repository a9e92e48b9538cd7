"""Whose face it may be: distances to enrolled people.

Called where a face is enrolled, and where faces of photos are compared once anybody is; knows no pupil, no consent and
no threshold of policy.
"""
