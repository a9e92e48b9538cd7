"""The register of incidents and breaches: what may go wrong, what is done about it, and the acts.

Called by the desk and the commands; the reports count it (redact/store/figures/period.py).  It knows
of a photo or a post its id alone.
"""
