from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.apps import AppConfig
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _


class EditionsConfig(AppConfig):
    name = "phucvu.editions"
    label = "editions"
    verbose_name = _("Editions of the scorecard")

    def as_known_at(self, moment: datetime) -> Iterable[QuerySet[Any]]:
        """Give the editions in use and the choices made by then."""
        adopted = self.get_model("AdoptedEdition")._default_manager
        yield adopted.filter(Q(since=None) | Q(since__lte=moment)).order_by("pk")
        yield self.get_model("EditionChoice")._default_manager.filter(at__lte=moment).order_by("pk")
