"""Where the tables go: the address of a database, the connection to it, and what its errors mean to a person.

No sentence of this module bears a password: an address that could be misread is refused without being repeated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from adbc_driver_manager import Error as DriverError
from adbc_driver_postgresql import dbapi

from kpi_pipeline.publication.source import PublishError

FORM = "postgresql://user@host:5432/database"

_BROKEN = re.compile(
    r"server closed the connection|terminating connection|no connection to the server|connection .*(reset|timed out)"
)
_REMEDIES = {
    "22": "A value of the published tables has no place in PostgreSQL, such as a text with a NUL character: find its "
    "page in the published files, withdraw it or land it again without, `kpi run`, then publish.",
    "23": "The table refuses the row, as the contract does: build the warehouse again with this version, then publish.",
    "2BP01": "The table has other columns now: save what depends on it (pg_get_viewdef gives the text of a view), drop "
    "that, publish, and create it again.",
    "3D000": "Name a database that is there, or create it.",
    "42501": "Ask the database's administrator for the right, or name another schema with --schema.",
    "53": "Free disk space or memory of the server, then publish again.",
    "55P03": "Another session holds a lock on the tables (see pg_stat_activity): let it end, then publish again.",
    "57014": "The server's statement_timeout is too short for this, or someone cancelled it: publish again.",
}
"""What to do by SQLSTATE, or by its class (its first two characters)."""


@dataclass(frozen=True)
class Address:
    """The address of a database, sound enough to connect to. Printed, it is the place alone."""

    text: str

    @classmethod
    def read(cls, text: str) -> Address:
        """An address of the form postgresql://user:password@host:port/database?options.

        Raises `PublishError`, which does not repeat it, where libpq could read it otherwise than it was meant.
        """
        try:
            parts = urlsplit(text)
            misread = (
                parts.scheme not in ("postgresql", "postgres")
                or parts.fragment
                or "@" in parts.path
                or "@" in parts.netloc.rpartition("@")[0]
                or re.search(r"%(?![0-9A-Fa-f]{2})|\s", text)
                or (parts.port or 1) < 1
            )
        except ValueError:
            misread = True
        if misread:
            raise PublishError(
                f"This is not the address of a PostgreSQL database: write {FORM}, with : / ? # @ % and blanks in a "
                "password as %3A %2F %3F %23 %40 %25 %20, or give the password by PGPASSWORD or ~/.pgpass."
            )
        return cls(text)

    def __str__(self) -> str:
        parts = urlsplit(self.text)
        host = parts.netloc.rpartition("@")[2] or parse_qs(parts.query).get("host", ["localhost"])[0]
        return f"{host}{parts.path}"

    def __repr__(self) -> str:
        return f"Address({self})"

    @contextmanager
    def connected(self) -> Iterator[dbapi.Connection]:
        """A connection in one transaction, which is committed at the end, or rolled back when anything is raised.

        Errors of the database become `PublishError`: one sentence with the remedy.
        """
        try:
            connection = dbapi.connect(self.text)
        except DriverError as error:
            raise PublishError(
                f"PostgreSQL at {self} cannot be reached ({self._said(error)}): check the address, that the server "
                "runs and lets you in, and the password."
            ) from None
        try:
            yield connection
            connection.commit()
        except DriverError as error:
            raise self._told(error) from None
        finally:
            with suppress(DriverError):
                connection.close()

    def _told(self, error: DriverError) -> PublishError:
        state = error.sqlstate or ""
        said = self._said(error)
        if (state[:2] == "57" and state != "57014") or _BROKEN.search(said):
            return PublishError(
                f"The connection to {self} was lost ({said}); the tables there are as they were. See that the server "
                "runs, then publish again."
            )
        remedy = _REMEDIES.get(state) or _REMEDIES.get(state[:2]) or "Mend that, then publish again."
        return PublishError(f"Publishing to {self} failed ({said}); the tables there are as they were. {remedy}")

    def _said(self, error: DriverError) -> str:
        """What the server says of an error, on one line, without any password."""
        details = {key if isinstance(key, str) else key.decode(): value for key, value in error.details or ()}
        known = [
            value if isinstance(value, str) else value.decode("utf-8", "replace")
            for key in ("PG_DIAG_MESSAGE_PRIMARY", "PG_DIAG_MESSAGE_DETAIL")
            if (value := details.get(key))
        ]
        text = ": ".join(known) or re.sub(r"^[A-Z_]+: \[libpq\] (Failed to connect: )?", "", str(error))
        text = " ".join(text.split()).rstrip(".")
        for secret in self._secrets():
            text = text.replace(secret, "***")
        return text

    def _secrets(self) -> set[str]:
        parts = urlsplit(self.text)
        given = [parts.password or "", *parse_qs(parts.query).get("password", [])]
        return {form for secret in given for form in (secret, unquote(secret)) if form}
