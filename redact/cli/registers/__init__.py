"""Commands on registers: devices, roll, consents."""
