"""A JSON object whose members are parsed only when they are asked for.

A sample of Inspect is mostly its events, which nothing here needs: finding the ends of its members
costs a fraction of making objects of all of them.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from reasonscape.ingest.notices import Notices
from reasonscape.ingest.readers.inspect.members import check_members, is_complete
from reasonscape.ingest.rows import RowError, check_values, read_row, read_row_exactly, shown

_MEMBERS: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])
_ITEMS: Final = msgspec.json.Decoder(list[msgspec.Raw])
MAX_ITEMS: Final = 1_000_000
_NO_OBJECT: Final = "wrong_type"
_QUOTE: Final = ord('"')


class _Nothing(msgspec.Struct):
    """An object of which nothing is kept."""


_COUNTED: Final = msgspec.json.Decoder(list[_Nothing])


class Parts:
    """An object of JSON, its members by key.

    Parameters
    ----------
    raw
        UTF-8 JSON.
    notices
        Told about lone surrogates that were replaced.

    Raises
    ------
    RowError
        ``not_utf8``, ``bad_json``, ``duplicate_key``, ``too_deep`` or ``not_object``.

    Examples
    --------
    >>> parts = Parts(b'{"id": 1, "scores": {"match": {"value": "C"}}}', Notices())
    >>> parts.get("scores"), parts.get("events")
    ({'match': {'value': 'C'}}, None)
    """

    def __init__(self, raw: bytes | msgspec.Raw, notices: Notices) -> None:
        self.notices = notices
        self._whole: dict[str, Any] | None = None
        self._parts: dict[str, msgspec.Raw] = {}
        self._put: dict[str, Any] = {}
        try:
            check_members(raw)
            self._parts = _MEMBERS.decode(raw)
        except (msgspec.MsgspecError, RecursionError):
            # NaN, half a character, no object, broken: the exact reading tells them apart.
            self._whole = read_row_exactly(bytes(raw), notices)
        except UnicodeDecodeError as error:
            raise RowError("not_utf8", f"byte {error.start} is not UTF-8") from error
        else:
            if not is_complete(memoryview(raw), self._parts):
                self._whole = read_row_exactly(bytes(raw), notices)

    def raw(self, key: str) -> msgspec.Raw | None:
        """Give the bytes of a member; None where it is missing, or where all had to be parsed."""
        return self._parts.get(key) if self._whole is None else None

    def is_text(self, key: str) -> bool:
        """Whether a member is text, without reading it."""
        part = self.raw(key)
        return isinstance(self.get(key), str) if part is None else memoryview(part)[0] == _QUOTE

    def put(self, key: str, value: Any) -> None:
        """Set a member that stands elsewhere."""
        self._put[key] = value

    def get(self, key: str) -> Any:
        """Parse a member; None where it is missing.

        Raises
        ------
        RowError
            As for the object itself, with the member as the field.
        """
        if key in self._put:
            return self._put[key]
        if self._whole is not None:
            return self._whole.get(key)
        part = self._parts.get(key)
        if part is None:
            return None
        raw = bytes(part)
        try:
            if raw[0] in b"{[":
                # Read as a row of one key: the same care for doubled keys inside it.
                return read_row(b'{"a":%s}' % raw, self.notices)["a"]
            try:
                return msgspec.json.decode(raw)
            except (msgspec.MsgspecError, UnicodeDecodeError):
                return read_row_exactly(b'{"a":%s}' % raw, self.notices)["a"]
        except RowError as error:
            raise RowError(error.reason, error.detail, error.field or key) from error

    def part(self, key: str) -> Parts:
        """Give a member that is an object, its members again by key; empty where it is missing.

        Raises
        ------
        RowError
            It is no object, or a broken one.
        """
        part = self.raw(key)
        if part is None or key in self._put:
            return Parts.of({} if (value := self.get(key)) is None else value, self.notices, key)
        if bytes(part) == b"null":
            return Parts.of({}, self.notices)
        return Parts.of(part, self.notices, key)

    def items(self, key: str) -> list[Any]:
        """Give the items of a member that is a list: raw, or parsed where all had to be.

        There are none where it is missing or null.

        Raises
        ------
        RowError
            It is no list.
        """
        if self._whole is None and key in self._parts:
            raw = self._parts[key]
            try:
                check_values(bytes(raw))
                if len(_COUNTED.decode(raw)) > MAX_ITEMS:
                    raise RowError("too_many_values", f"more than {MAX_ITEMS:,} items", key)
                return _ITEMS.decode(raw)
            except msgspec.ValidationError:
                pass  # not all are objects
        value = self.get(key)
        if value is not None and not isinstance(value, list):
            raise RowError("wrong_type", f"expected a list, found {shown(value)}", key)
        return value or []

    @classmethod
    def of(cls, value: Any, notices: Notices, field: str = "") -> Parts:
        """Make parts of raw bytes, or of an object that is parsed already.

        Raises
        ------
        RowError
            It is no object; ``field`` is where it stands.
        """
        if isinstance(value, msgspec.Raw):
            try:
                return cls(value, notices)
            except RowError as error:
                reason = _NO_OBJECT if field and error.reason == "not_object" else error.reason
                raise RowError(reason, error.detail, error.field or field) from error
        if not isinstance(value, dict):
            reason = _NO_OBJECT if field else "not_object"
            raise RowError(reason, f"expected an object, found {shown(value)}", field)
        found = cls.__new__(cls)
        found.notices, found._whole, found._parts, found._put = notices, value, {}, {}
        return found
