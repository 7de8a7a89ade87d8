"""Taking editions into use: from the moment their measures are counted."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone

from phucvu.editions.models import AdoptedEdition
from phucvu.editions.signals import chosen
from phucvu.scorecards import Edition

__all__ = ["adopt"]


def adopt(editions: Iterable[Edition]) -> list[str]:
    """Note those of the editions that are new, in the transaction that counted their measures.

    Returns their ids. The first that are ever noted are in use since always: what they scored
    before is not known otherwise.
    """
    known = set(AdoptedEdition.objects.values_list("edition", flat=True))
    # The wall clock's: a copy that stands at a moment does not use what came later.
    since = timezone.now() if known else None
    new = [edition for edition in editions if edition.id not in known]
    AdoptedEdition.objects.bulk_create(
        AdoptedEdition(edition=edition.id, digest=edition.digest, since=since) for edition in new
    )
    if new and since is not None:
        chosen.send(sender=AdoptedEdition)
    return [edition.id for edition in new]
