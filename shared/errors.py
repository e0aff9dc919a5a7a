"""The exceptions of chipwire, as a tree.

ChipwireError
├── PoisonError   the record's fault: it becomes one dead letter and the stage goes on
├── SetupError    this machine's, the settings' or the cluster's fault: one clear line, exit status 1
└── LineStopped   the stage refuses to go on (too many dead letters in a row, no success for too long): exit status 1
"""


class ChipwireError(Exception):
    """Any error that chipwire raises on purpose; its text is a sentence for people."""


class PoisonError(ChipwireError):
    """A record that no retry can mend.

    Args:
        reason: A slug (``no-text``), also the label of the metric and the ``dlq-reason`` header; few distinct values.
        detail: What was wrong with this very record, for people; at most some hundred characters.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        self.reason = reason
        self.detail = detail[:500]
        super().__init__(reason, self.detail)

    def __str__(self) -> str:
        return f"{self.reason}: {self.detail}" if self.detail else self.reason


class SetupError(ChipwireError):
    """Something outside the code must be mended first; the text says what and how."""


class LineStopped(ChipwireError):  # noqa: N818 - a decision, not an error of its own
    """The stage stopped itself with nothing uncommitted; the text says why."""
