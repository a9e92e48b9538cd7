"""Commands on registers: devices, roll, consents, adults, enrolment, people, duties.

Called through the table in commands.py; the acts are those of redact/registers, redact/devices and redact/posts;
no rule stands here.
"""
