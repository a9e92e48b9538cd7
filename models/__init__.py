"""The finders: pixels in, findings out.

Called by workers, enrolment and trials, through `finders` and `weights`; what they return are values that the
redaction knows.  They know no photo, pupil, file or consent.
"""

import os

# ONNX Runtime 1.29 and later sends usage to its maker and keeps an identifier of this machine in the home folder,
# unless this is set before it is first imported (its Privacy.md); importing any model comes through here first.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
