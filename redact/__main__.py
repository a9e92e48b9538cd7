"""Where the program starts: `redact`, and `python -m redact`.

Apart from the command line, which is imported when it is run: a worker process imports the module that was started
once more (multiprocessing's "spawn"), and needs nothing of what reads commands.
"""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command that was typed; what Ctrl-C ends while it is still being imported says so as commands do."""
    try:
        from redact.cli import main as run  # noqa: PLC0415  see above

        run()
    except KeyboardInterrupt:
        sys.stderr.write("Stopped.\n")
        sys.exit(130)  # as redact.cli counts it


if __name__ == "__main__":
    main()
