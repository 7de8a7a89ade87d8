"""Forms of people's pages: one look of a field, errors at their field and gathered at the top."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from phucvu.units.tree import UnitNode, UnitTree

__all__ = ["PageForm", "ReasonField", "UnitField"]


class PageForm(forms.Form):
    """A form whose fields bear the names they have had in addresses and requests: `don-vi`.

    `names`: the name and id of each field in the page; what is not in it goes by its own. The
    first field with an error is where the reader is put.
    """

    names: ClassVar[Mapping[str, str]] = {}

    def __init__(self, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files, auto_id="%s", label_suffix="")

    def add_prefix(self, field_name: str) -> str:
        """Return the field's name in the page."""
        return self.names.get(field_name, field_name)

    def full_clean(self) -> None:
        """Read the form, and put the reader where its first error is."""
        super().full_clean()
        for name in self.errors:
            if name in self.fields:
                self.fields[name].widget.attrs["autofocus"] = True
                break

    def tries(self, action: Callable[[], Any], *faults: type[Exception]) -> Any:
        """Return what an action gives; None where it is refused, which then is an error of this.

        `faults`: how the action refuses.
        """
        try:
            return action()
        except faults as error:
            self.add_error(None, str(error))
            return None


class UnitField(forms.CharField):
    """A unit in force, by its code or as the list offers it: `H29.01 Phường Một`.

    The form gives it the tree (`look_in`); it becomes a `UnitNode`.
    """

    default_error_messages: ClassVar[Any] = {
        "required": _("Choose a unit from the list."),
        "unknown": _("Choose a unit from the list."),
    }

    def __init__(self, **more: Any) -> None:
        super().__init__(max_length=300, **more)
        self.offered: Sequence[UnitNode] = ()
        self._tree: UnitTree | None = None

    def look_in(self, tree: UnitTree, offered: Sequence[UnitNode]) -> None:
        """Look units up in the tree; `offered` are those the page lists."""
        self._tree, self.offered = tree, offered
        self.widget.attrs |= {"list": "cac-don-vi", "autocomplete": "off"}

    def clean(self, value: Any) -> Any:
        """Return the unit. Raises `ValidationError` for what is none."""
        text = super().clean(value)
        if not text:
            return None
        node = self._tree.by_code(text.partition(" ")[0]) if self._tree else None
        if node is None:
            raise ValidationError(self.error_messages["unknown"], code="unknown")
        return node


class ReasonField(forms.CharField):
    """A field for the reason of an act, in a line."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**{"max_length": 300, "required": True, **more})
