from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.apps import AppConfig
from django.db.models import Case, F, QuerySet, When
from django.utils.translation import gettext_lazy as _


class ResultsConfig(AppConfig):
    name = "phucvu.results"
    label = "results"
    verbose_name = _("Results")

    def as_known_at(self, moment: datetime) -> Iterable[QuerySet[Any]]:
        """Yield the daily snapshots stored by then, with the scores that stood on them."""
        yield self.get_model("KeptDay")._default_manager.filter(at__lte=moment).order_by("pk")
        scores = self.get_model("KeptScore")._default_manager.filter(kept__at__lte=moment)
        ended = Case(When(until__at__lte=moment, then=F("until_id")))
        yield scores.annotate(copied_until_id=ended).order_by("pk")
