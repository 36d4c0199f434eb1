"""Names of the user's data, kept at home: what leaves are ENTITY_1 and COLUMN_1, put back in what comes in."""

from __future__ import annotations

import re

from isang.words.telling import printable, shortened

_STAND_IN = re.compile(r"(?:ENTITY|COLUMN)_\d+")
_LONGEST = 24


class Names:
    """Stand-ins for names, in the order in which they were asked for; one name has one stand-in."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], str] = {}

    def entity(self, name: str) -> str:
        """The stand-in of an entity or a member of a dimension."""
        return self._stand_in("ENTITY", name)

    def column(self, name: str) -> str:
        """The stand-in of a column."""
        return self._stand_in("COLUMN", name)

    def told(self) -> dict[str, str]:
        """Stand-in → the name that stays here."""
        return {stand_in: name for (_, name), stand_in in self._known.items()}

    def unknown(self, text: str) -> str | None:
        """A stand-in of a text that stands for nothing."""
        known = self._known.values()
        return next((found for found in _STAND_IN.findall(text) if found not in known), None)

    def without(self, text: str) -> str:
        """A text with blanks where stand-ins were."""
        return _STAND_IN.sub(" ", text)

    def restored(self, text: str) -> str:
        """The names in place of their stand-ins, all at once: what one name holds is never looked at again."""
        told = self.told()
        return _STAND_IN.sub(lambda match: shortened(printable(told[match[0]]), _LONGEST), text)

    def _stand_in(self, kind: str, name: str) -> str:
        count = sum(known == kind for known, _ in self._known)
        return self._known.setdefault((kind, name), f"{kind}_{count + 1}")
