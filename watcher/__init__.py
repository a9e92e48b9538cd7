"""The doors: devices, files and hashes.  A leaf: nothing here knows of faces, consent or databases."""
