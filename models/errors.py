"""What can go wrong with a model: one root, and a subclass only where the caller acts differently."""

from __future__ import annotations


class ModelsError(Exception):
    """A model cannot work: what happened, to which file, and what to do."""

    def __reduce__(self) -> tuple[type[ModelsError], tuple[str]]:
        """Cross a process border as a sentence: a subclass would write its own around it once more."""
        return ModelsError, (str(self),)


class WeightAbsent(ModelsError):
    """A weight file is not there; an optional one may be done without."""

    def __init__(self, name: str) -> None:
        """Write the sentence for the weight called `name`."""
        super().__init__(f"the weight file {name} is not installed; add it with: redact models add {name}")


class WeightDamaged(ModelsError):
    """A weight file is there, but it is not the one of the manifest.  It was not opened."""

    def __init__(self, name: str) -> None:
        """Write the sentence for the weight called `name`."""
        super().__init__(
            f"the weight file {name} is not the one this program was measured with; it was not opened. "
            "Remove it and install it again"
        )


class WeightRefused(ModelsError):
    """A file offered as a weight was not taken; nothing was stored."""

    def __init__(self, source: str, why: str) -> None:
        """Write the sentence for `source` (what the user typed) and the reason `why`."""
        super().__init__(f"{source} was not added: {why}")
