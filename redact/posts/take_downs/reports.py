"""Why somebody reports a post, and who is told of a take-down: words of the program, each as a person reads it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

#: Why somebody reports a post.
REPORTS: Final[Mapping[str, str]] = {
    "shows-a-child": "A child can be seen who should not be",
    "tells-a-child": "It tells who a child is",
    "asked-by-parent": "A parent, carer or pupil asks for it",
    "asked-by-adult": "An adult who is shown or named asks for it",
    "offends": "It offends, harasses or bullies somebody",
    "false-or-old": "It is wrong, or not true any more",
    "rights": "It uses somebody else's work",
    "comments": "What others wrote under it is not acceptable",
    "another": "Something else",
}
#: Who is told.
TOLD: Final[Mapping[str, str]] = {
    "headteacher": "Headteacher",
    "ceo": "Chief executive",
    "data-protection-officer": "Data protection officer",
    "parent": "The parent, carer or person who asked",
    "platform": "The platform",
    "sharers": "Those who shared or copied it",
}
COVERED_WORDS: Final = "The picture that stands there shows something that was covered, or cropped away, since."
UNFIT_WORDS: Final = "A photo in it was set aside since: nothing of it is to be published."
RELEASE_WORDS: Final = (
    "Its files were handed out, no link came back, and the yes to it has ended. Find out whether it was posted: take "
    "it down if it was, and say here that it stands nowhere."
)
