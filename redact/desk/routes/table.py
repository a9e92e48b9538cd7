"""Every address of the desk, and which roles may open it; what is not here is not there.

The roles are those of docs/desk.md: pictures are for who reviews and who works with the copies, and never for IT.
"""

from __future__ import annotations

from typing import Final

from redact.desk.pages.frame import LOOKERS
from redact.desk.routes import photos, signing
from redact.desk.routes.way import Open, Way

WAYS: Final = (
    Way("GET", "/sign-in", signing.show_sign_in, Open.TO_ANYBODY),
    Way("POST", "/sign-in", signing.do_sign_in, Open.TO_ANYBODY),
    Way("GET", "/first-sign-in", signing.show_first_sign_in, Open.TO_ANYBODY),
    Way("POST", "/first-sign-in", signing.do_first_sign_in, Open.TO_ANYBODY),
    Way("GET", "/confirm", signing.show_confirm, Open.TO_SIGNED_IN),
    Way("POST", "/confirm", signing.do_confirm, Open.TO_SIGNED_IN),
    Way("POST", "/sign-out", signing.sign_out, Open.TO_SIGNED_IN),
    Way("GET", "/account", signing.show_account, Open.TO_SIGNED_IN),
    Way("POST", "/account/keys", signing.change_keys, Open.TO_SIGNED_IN),
    Way("GET", "/", photos.show_home, Open.TO_SIGNED_IN),
    Way("GET", "/photos", photos.show_photos, LOOKERS),
    Way("GET", "/photos/next", photos.go_to_next, LOOKERS),
    Way("GET", "/photos/{photo}", photos.show_one, LOOKERS),
    Way("GET", "/photos/{photo}/copy/{output}.jpg", photos.send_copy, LOOKERS),
    Way("GET", "/photos/{photo}/small/{output}.jpg", photos.send_small, LOOKERS),
    Way("POST", "/photos/{photo}/set-aside", photos.put_aside, LOOKERS),
    Way("GET", "/search", photos.show_search, LOOKERS),
)
