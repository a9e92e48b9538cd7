"""Delete one file of a device, prove that it was the photo's, and look what of the photo is left on the device.

Called through watcher's front door by what clears a device.  It knows no state of a photo and no audit log: what must
be written down before the unlink it is handed as a function (`Note`).
"""
