"""Consent, roll and recognition as values: may this pupil be shown, and whose names are looked for?

Called by everything above; pure, it knows no file, clock or database.
"""
