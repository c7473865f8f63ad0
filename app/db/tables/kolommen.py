# SPDX-License-Identifier: EUPL-1.2
"""What the tables are made of: how constraints are named, and columns that come back."""

from typing import Any

from sqlalchemy import CheckConstraint, Column, DateTime, MetaData, func, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.sql.type_api import TypeEngine

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def column(name: str, kind: TypeEngine[Any] | type[TypeEngine[Any]], *args: Any) -> Column[Any]:
    return Column(name, kind, *args, nullable=False)


def now(name: str) -> Column[Any]:
    return Column(name, DateTime(timezone=True), nullable=False, server_default=func.now())


def one_of(column: str, *values: str) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def period_begins_before_it_ends() -> CheckConstraint:
    return CheckConstraint("begindatum <= einddatum", name="periode")


def only_one_at_a_time(
    name: str,
    *keys: str,
    period: str = "daterange(begindatum, einddatum, '[]')",
    where: str | None = None,
) -> ExcludeConstraint:
    # A range of one number stands for the number: plain equality in GiST needs an extension.
    return ExcludeConstraint(
        *((text(f"int8range({key}, {key}, '[]')"), "=") for key in keys),
        (text(period), "&&"),
        using="gist",
        where=text(where) if where else None,
        name=name,
    )
