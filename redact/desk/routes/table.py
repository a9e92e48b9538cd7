"""Every address of the desk, and which roles may open it; what is not here is not there.

Pictures are for who reviews and who works with the copies, and never for IT.  What decides, and what opens originals,
is for reviewers alone.
"""

from __future__ import annotations

from typing import Final

from redact.desk.pages.frame import (
    DUTY_READERS,
    EVERYBODY,
    INCIDENT_KEEPERS,
    INCIDENT_READERS,
    LOOKERS,
    POST_APPROVING,
    POST_READERS,
    REVIEWERS,
    SITE_APPROVING,
    SITE_KEEPERS,
    SITE_READERS,
    WRITERS,
)
from redact.desk.routes import health, originals, photos, reviewing, signing, staff
from redact.desk.routes.posts import deciding, reading, writing
from redact.desk.routes.registers import incidents, sites
from redact.desk.routes.way import Open, Way

WAYS: Final = (
    Way("GET", "/healthz", health.show_health, Open.TO_ANYBODY),
    Way("GET", "/sign-in", signing.show_sign_in, Open.TO_ANYBODY),
    Way("POST", "/sign-in", signing.do_sign_in, Open.TO_ANYBODY),
    Way("GET", "/first-sign-in", signing.show_first_sign_in, Open.TO_ANYBODY),
    Way("POST", "/first-sign-in", signing.do_first_sign_in, Open.TO_ANYBODY),
    Way("GET", "/confirm", signing.show_confirm, Open.TO_SIGNED_IN),
    Way("POST", "/confirm", signing.do_confirm, Open.TO_SIGNED_IN),
    Way("POST", "/sign-out", signing.sign_out, Open.TO_SIGNED_IN),
    Way("GET", "/account", signing.show_account, Open.TO_SIGNED_IN),
    Way("POST", "/account/keys", signing.change_keys, Open.TO_SIGNED_IN),
    Way("GET", "/policy", staff.show_policy_page, Open.TO_SIGNED_IN),
    Way("POST", "/policy", staff.say_read, Open.TO_SIGNED_IN),
    Way("GET", "/duties", staff.show_register, DUTY_READERS),
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
    Way("POST", "/photos/{photo}/again", reviewing.try_again, LOOKERS),
    Way("GET", "/redraws/{number}", reviewing.show_redraw, LOOKERS),
    Way("GET", "/photos/{photo}/sealed-header", originals.send_header, REVIEWERS, is_fresh=True),
    Way("POST", "/photos/{photo}/original", originals.send_original, REVIEWERS, is_fresh=True),
    Way("GET", "/photos/{photo}/places/{number}", originals.show_place, REVIEWERS, is_fresh=True),
    Way("POST", "/photos/{photo}/places/{number}", originals.lift, REVIEWERS, is_fresh=True),
    Way("GET", "/photos/{photo}/answers/{number}", originals.show_answer, REVIEWERS, is_fresh=True),
    Way("POST", "/photos/{photo}/answers/{number}", originals.undo, REVIEWERS, is_fresh=True),
    Way("GET", "/search", photos.show_search, LOOKERS),
    Way("GET", "/posts", reading.show_posts, POST_READERS),
    Way("GET", "/posts/new", writing.show_choice, WRITERS),
    Way("POST", "/posts", writing.begin, WRITERS),
    Way("GET", "/posts/passed/{photo}/{output}.jpg", writing.send_passed, WRITERS),
    Way("GET", "/posts/{post}", reading.show_one, POST_READERS),
    Way("GET", "/posts/{post}/photos/{place}.jpg", reading.send_picture, POST_READERS),
    Way("GET", "/posts/{post}/photos/{place}/small.jpg", reading.send_small, POST_READERS),
    Way("GET", "/posts/{post}/edit/{part}", writing.show_part, WRITERS),
    Way("POST", "/posts/{post}/edit/{part}", writing.write_part, WRITERS),
    Way("POST", "/posts/{post}/add", writing.add_photos, WRITERS),
    Way("POST", "/posts/{post}/confirm", writing.confirm, WRITERS),
    Way("POST", "/posts/{post}/propose", writing.propose, WRITERS),
    Way("POST", "/posts/{post}/withdraw", writing.withdraw, WRITERS),
    Way("POST", "/posts/{post}/approve", deciding.approve, POST_APPROVING),
    Way("POST", "/posts/{post}/refuse", deciding.refuse, POST_APPROVING),
    Way("GET", "/sites", sites.show_sites, SITE_READERS),
    Way("GET", "/sites/new", sites.show_new, SITE_KEEPERS, is_fresh=True),
    Way("POST", "/sites", sites.add, SITE_KEEPERS, is_fresh=True),
    Way("GET", "/sites/{site}", sites.show_one, SITE_READERS),
    Way("POST", "/sites/{site}", sites.change, SITE_KEEPERS, is_fresh=True),
    Way("POST", "/sites/{site}/checks", sites.check, SITE_KEEPERS),
    Way("POST", "/sites/{site}/approve", sites.approve, SITE_APPROVING),
    Way("POST", "/sites/{site}/retire", sites.retire, SITE_KEEPERS | SITE_APPROVING),
    Way("GET", "/incidents", incidents.show_incidents, INCIDENT_READERS),
    Way("GET", "/incidents/new", incidents.show_new, EVERYBODY),
    Way("POST", "/incidents", incidents.add, EVERYBODY),
    Way("GET", "/incidents/{number}", incidents.show_one, INCIDENT_READERS),
    Way("POST", "/incidents/{number}", incidents.change, INCIDENT_KEEPERS),
    Way("POST", "/incidents/{number}/close", incidents.close, INCIDENT_KEEPERS),
)
