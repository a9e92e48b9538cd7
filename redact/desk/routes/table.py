"""Every address of the desk, and which roles may open it; what is not here is not there.

Pictures are for who reviews and who works with the copies, and never for IT.  What decides, and what opens originals,
is for reviewers alone.
"""

from __future__ import annotations

from typing import Final

from redact.desk.pages.frame import LOOKERS, REVIEWERS
from redact.desk.routes import events, originals, photos, reviewing, signing
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
    Way("POST", "/photos/{photo}/decision", reviewing.decide, REVIEWERS),
    Way("POST", "/photos/{photo}/changes", reviewing.change, LOOKERS),
    Way("GET", "/photos/{photo}/mark", reviewing.mark, LOOKERS),
    Way("POST", "/photos/{photo}/mark", reviewing.mark, LOOKERS),
    Way("POST", "/photos/{photo}/keep", reviewing.keep_only, REVIEWERS),
    Way("POST", "/photos/{photo}/set-aside", reviewing.put_aside, LOOKERS),
    Way("POST", "/photos/{photo}/recall", reviewing.recall, LOOKERS),
    Way("POST", "/photos/{photo}/again", reviewing.try_again, LOOKERS),
    Way("GET", "/redraws/{number}", reviewing.show_redraw, LOOKERS),
    Way("GET", "/photos/{photo}/sealed-header", originals.send_header, REVIEWERS, is_fresh=True),
    Way("POST", "/photos/{photo}/original", originals.send_original, REVIEWERS, is_fresh=True),
    Way("GET", "/photos/{photo}/places/{number}", originals.show_place, REVIEWERS, is_fresh=True),
    Way("POST", "/photos/{photo}/places/{number}", originals.lift, REVIEWERS, is_fresh=True),
    Way("GET", "/photos/{photo}/answers/{number}", originals.show_answer, REVIEWERS, is_fresh=True),
    Way("POST", "/photos/{photo}/answers/{number}", originals.undo, REVIEWERS, is_fresh=True),
    Way("GET", "/search", photos.show_search, LOOKERS),
    Way("GET", "/events", events.show_events, LOOKERS),
    Way("POST", "/events/{number}", events.name_one, LOOKERS),
)
