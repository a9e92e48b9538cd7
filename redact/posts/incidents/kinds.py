"""What may go wrong, and what is done about it: words of the audit log, each with what it means to a person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from redact.audit.kinds import Role

#: How long the trust has to tell the Information Commissioner of a breach of personal data that may harm somebody,
#: from the moment when it learns of it: UK GDPR, article 33(1).
NOTIFY_HOURS: Final = 72

#: What went wrong.  The school's name for a kind comes from here alone: desk, commands and reports.
CAUSES: Final[Mapping[str, str]] = {
    "face-missed": "A face was to be seen that should have been covered",
    "name-missed": "A name, or something else that says who a child is, was to be read",
    "posted-unapproved": "Something was posted that nobody had approved",
    "posted-unconsented": "Somebody was shown or named without permission",
    "device-lost": "A device or card with photos was lost or stolen",
    "device-unapproved": "Photos were taken or kept on a device that was not approved, or not deleted in time",
    "account-misused": "A school account was taken over, or used by somebody who should not",
    "access-wrong": "Somebody saw photos or names that they should not have seen",
    "site-unapproved": "The trust was named, or an account made, on a site that is not approved",
    "post-offensive": "A post harassed, bullied or offended somebody",
    "post-of-staff": "A member of staff used social media against the policy",
    "post-about-trust": "Something was posted elsewhere about the trust or a school",
    "copyright": "Somebody else's work was used without leave",
    "another": "Something else",
}
#: What was done.
MEASURES: Final[Mapping[str, str]] = {
    "taken-down": "It was taken down",
    "covered-again": "The copy was covered again or replaced",
    "deleted": "What should not be there was deleted",
    "access-ended": "Passwords were changed or access was ended",
    "people-told": "The people concerned were told",
    "staff-trained": "Staff were reminded or trained",
    "handed-on": "It was handed on: to human resources, the police, the platform",
    "corrected": "It was admitted and corrected where it stood",
    "nothing-needed": "It was looked into, and nothing needs to be done",
}
#: What somebody says of the notice to the Information Commissioner.
NOTICES: Final[Mapping[str, str]] = {
    "told": "The Information Commissioner was told",
    "not-needed": "It is unlikely to harm anybody, so that the Commissioner need not be told",
}
#: To whom an incident is reported.
REPORTED_TO: Final = (Role.HEADTEACHER, Role.CEO, Role.DATA_PROTECTION_OFFICER)


def notify_by(aware_at: datetime) -> datetime:
    """Return until when the Information Commissioner is to be told of a breach that the trust learnt of then."""
    return aware_at + timedelta(hours=NOTIFY_HOURS)
