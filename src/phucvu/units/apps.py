from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.apps import AppConfig
from django.db.models import QuerySet
from django.urls import register_converter
from django.utils.translation import gettext_lazy as _


class UnitsConfig(AppConfig):
    name = "phucvu.units"
    label = "units"
    verbose_name = _("Units")

    def ready(self) -> None:
        """Register the converters of codes, so that an address can hold any code."""
        from phucvu.units.codes import CodeInPath, RawCodeInPath

        register_converter(CodeInPath, "code")
        register_converter(RawCodeInPath, "raw_code")

    def as_known_at(self, moment: datetime) -> Iterable[QuerySet[Any]]:
        """Yield all rows of units: what is known of units today holds for every past moment."""
        for model in self.get_models(include_auto_created=True):
            yield model._default_manager.order_by("pk")
