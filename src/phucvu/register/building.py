"""Tables of facts, made from the declarations of `phucvu.facts`."""

from __future__ import annotations

from typing import Any

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Model, Q
from django.utils.translation import gettext_lazy

from phucvu.facts.columns import (
    Choice,
    Code,
    Column,
    Decimals,
    Flag,
    Inner,
    Instant,
    Level,
    LongText,
    Moment,
    Money,
    Name,
    Number,
    Pseudonym,
    UnitCode,
)
from phucvu.facts.kind import Index, Kind, optional
from phucvu.register.linked import AboutDossier
from phucvu.register.walltime import WallTimeField
from phucvu.units.models import Unit

__all__ = ["field_of", "model_of"]

_MANY_DIGITS = 9


def model_of(kind: Kind, rows: type[models.QuerySet[Any]] | None = None) -> type[Model]:
    """Make the model of a kind's table; `rows`: its rows with what may be asked of them.

    Beside the kind's columns it has `digest`, a fingerprint of what was sent, and `changed_at`.
    """
    linked = bool(kind.on_dossiers)
    own = {
        name.removesuffix("_id"): _field(kind, name, column)
        for name, column in {**kind.columns, **kind.derived}.items()
        if not isinstance(column, Inner)
    }
    body: dict[str, Any] = {
        **own,
        "digest": models.CharField(max_length=32, editable=False),
        "changed_at": models.DateTimeField(gettext_lazy("last changed at"), editable=False),
        "Meta": _meta(kind),
        "__module__": "phucvu.register.models",
        "__doc__": kind.record.__doc__,
        "__str__": lambda fact: str(fact.code),
    }
    if rows is not None:
        body["objects"] = rows.as_manager()
    return type(kind.model, (AboutDossier if linked else models.Model,), body)


def _meta(kind: Kind) -> type:
    constraints: list[models.BaseConstraint] = [
        # Not `unique=True`, for which PostgreSQL would keep a second index for LIKE.
        models.UniqueConstraint(fields=["code"], name=kind.once or f"{kind.name}_code_once")
    ]
    for name, column in kind.columns.items():
        if isinstance(column, Money) and column.not_negative:
            rule = Q(**{f"{name}__gte": 0})
            constraints.append(models.CheckConstraint(condition=rule, name=column.not_negative))
    one, several = kind.titles
    said = {
        "app_label": "register",
        "verbose_name": gettext_lazy(one),
        "verbose_name_plural": gettext_lazy(several),
        "ordering": [*kind.ordering],
        "constraints": constraints,
        "indexes": [_index(kind, index) for index in kind.indexes],
    }
    return type("Meta", (), said)


def _index(kind: Kind, index: Index) -> models.Index:
    rows: Q | None = None
    if index.given:
        rows = ~Q(**{index.given: ""})
    elif index.known:
        rows = Q(**{f"{index.known}__isnull": False})
    elif index.unknown:
        rows = Q(**{index.unknown: None})
    return models.Index(fields=[*index.columns], name=index.name, condition=rows)


def _field(kind: Kind, name: str, column: Column) -> models.Field[Any, Any]:
    if isinstance(column, UnitCode):
        label = gettext_lazy(column.label)
        return models.ForeignKey(
            Unit, verbose_name=label, on_delete=models.PROTECT, related_name=kind.related
        )
    # A code of its own is made up where none is sent.
    empty = not column.required and column.default is None and name != "code"
    return field_of(column, empty=empty, unknown=optional(kind.record, name))


def field_of(column: Column, *, empty: bool, unknown: bool) -> models.Field[Any, Any]:
    """Make the column of the table.

    `empty`: whether a text may be; `unknown`: whether a number may be null.
    """
    said: dict[str, Any] = {"verbose_name": gettext_lazy(column.label)}
    if column.hint:
        said["help_text"] = gettext_lazy(column.hint)
    if column.default is not None:
        said["default"] = getattr(column.default, "value", column.default)
    match column:
        case Instant():
            return models.DateTimeField(**said)
        case Moment():
            return WallTimeField(null=True, blank=True, **said)
        case Level():
            return models.SmallIntegerField(
                choices=_choices(column) if column.named else None, **said
            )
        case LongText():
            return models.TextField(blank=True, **said)
        case Choice():
            said |= {"max_length": column.longest, "choices": _choices(column)}
            return models.CharField(**_blank(empty), **said)
        case Flag():
            return models.BooleanField(**{"default": False, **said})
        case Money():
            return models.BigIntegerField(**said)
        case Decimals():
            said |= {"max_digits": column.digits, "decimal_places": 2}
            return models.DecimalField(null=True, blank=True, **said)
        case Number():
            return _number(column, said | ({"null": True, "blank": True} if unknown else {}))
        case Code() | Name():
            longest = column.mark if isinstance(column, Pseudonym) else column.longest
            return models.CharField(max_length=longest, **_blank(empty), **said)
    raise TypeError(f"no column of a table for {column!r}")


def _number(column: Number, said: dict[str, Any]) -> models.Field[Any, Any]:
    if column.most is not None:
        said["validators"] = [MaxValueValidator(column.most)]
        return models.PositiveSmallIntegerField(**said)
    if column.digits > _MANY_DIGITS:
        return models.BigIntegerField(**said)
    return models.IntegerField(**said)


def _blank(empty: bool) -> dict[str, Any]:
    return {"blank": True} if empty else {}


def _choices(column: Choice) -> list[tuple[Any, Any]]:
    as_kept = int if isinstance(column, Level) else str
    return [(as_kept(code), gettext_lazy(label)) for code, (label, _vi) in column.options.items()]
