"""The contracts of what was once published: a table's history, each version with when and why it stood, and lost rows.

What a version says was right by the contract of its day, so it is held to types only: a stricter contract of today does
not turn what was published into an error.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import pandera.pandas as pa

from kpi_pipeline.contracts.fields import DAY, Contract, columns_of

CAUSES = (
    "new_page",
    "new_version",
    "new_metadata",
    "correction",
    "withdrawal",
    "lost_page",
    "better_extraction",
    "other_source_taken",
    "table_change",
    "unexplained",
)
"""Why a row came, changed or went."""

LOSING = (
    "fact_observation",
    "kpi_clean_strong_wide",
    "kpi_party_membership",
    "kpi_province_year_2025_boundaries",
    "kpi_province_year_wide",
    "kpi_target_vs_actual",
)
"""The tables whose lost rows are kept in `dq_lost_rows`."""

_KINDS = {"str": str, "date": str, "int64": pd.Int64Dtype, "float64": float, "bool": bool}


def history_of(contract: type[Contract], key: str) -> type[Contract]:
    """The contract of the history of a table: one row a version of a row, which `key` names.

    The table has the columns `known_from` and `known_to`, days as text.
    """
    fields: dict[str, Any] = {}
    for column in columns_of(contract):
        text: dict[str, Any] = {"str_matches": DAY} if column.name in ("known_from", "known_to") else {}
        fields[column.name] = pa.Field(
            nullable=column.name not in (key, "known_from"), metadata={"type": column.type}, **text
        )
    kinds = {column.name: _KINDS[column.type] for column in columns_of(contract)}
    base = type("Versions", (Contract,), {"__annotations__": kinds, **fields})

    class History(base):  # type: ignore[misc, valid-type]
        """Every version of every row that was ever published: one row a version."""

        publication: pd.Int64Dtype = pa.Field(ge=0, metadata={"type": "int64"})
        cause: str = pa.Field(isin=CAUSES)
        ended_publication: pd.Int64Dtype = pa.Field(ge=0, nullable=True, metadata={"type": "int64"})
        end_cause: str = pa.Field(isin=CAUSES, nullable=True)
        end_reason: str = pa.Field(nullable=True)

        class Config(Contract.Config):
            unique = [key, "publication"]  # noqa: RUF012

        @pa.dataframe_check(error="a version ends not before it came, and only one that has ended says why and when")
        @classmethod
        def ends_after_it_came(cls, frame: pd.DataFrame) -> pd.Series:
            ended = frame["known_to"].notna()
            return (
                (frame["known_to"].fillna("9999-12-31") >= frame["known_from"])
                & (ended == frame["end_cause"].notna())
                & (ended == frame["ended_publication"].notna())
            )

        @pa.dataframe_check(error="only what a withdrawal ended bears its reason")
        @classmethod
        def reason_of_withdrawal(cls, frame: pd.DataFrame) -> pd.Series:
            return frame["end_reason"].isna() | (frame["end_cause"] == "withdrawal")

        @pa.dataframe_check(error="one version of a row stands at a time")
        @classmethod
        def one_stands(cls, frame: pd.DataFrame) -> pd.Series:
            return frame["known_to"].notna() | ~frame[frame["known_to"].isna()][key].duplicated().reindex(
                frame.index, fill_value=False
            )

    return History


class DqLostRows(Contract):
    """One row a row that went from a table with a publication."""

    table_name: str = pa.Field(isin=LOSING)
    row_key: str = pa.Field(str_length={"min_value": 1})
    publication: pd.Int64Dtype = pa.Field(ge=0, metadata={"type": "int64"})
    lost_on: str = pa.Field(str_matches=DAY, metadata={"type": "date"})
    cause: str = pa.Field(isin=CAUSES)
    reason: str = pa.Field(nullable=True)

    class Config(Contract.Config):
        unique = ["table_name", "row_key", "publication"]  # noqa: RUF012

    @pa.dataframe_check(error="only what a withdrawal took bears its reason")
    @classmethod
    def reason_of_withdrawal(cls, frame: pd.DataFrame) -> pd.Series:
        return frame["reason"].isna() | (frame["cause"] == "withdrawal")
