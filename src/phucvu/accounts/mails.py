"""Mails about changed access, sent once the change is committed."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import send_mail
from django.db import transaction

from phucvu.accounts.audit.head import NOTED
from phucvu.accounts.noted_head import HeadError

__all__ = ["tell"]

_log = logging.getLogger(__name__)


def tell(accounts: Iterable[User], subject: str, *lines: str) -> None:
    """Send a mail to each account that has an address, after the transaction.

    A mail that cannot be sent is logged; the change stands all the same.
    """
    addresses = sorted({account.email for account in accounts if account.email})
    text = "\n\n".join(str(line) for line in lines if line)

    def send() -> None:
        # After the transaction: the line of what the mail tells is among those noted.
        foot = _foot()
        for address in addresses:
            try:
                send_mail(str(subject), text + foot, settings.DEFAULT_FROM_EMAIL, [address])
            except OSError:  # SMTP's errors among them
                _log.exception("A mail about access could not be sent")

    if addresses:
        transaction.on_commit(send)


def _foot() -> str:
    """Return the foot of a mail: the last line of the audit, so that others know it too."""
    try:
        noted = NOTED.read()
    except HeadError:
        _log.exception("The audit's last line is not known")
        return ""
    return f"\n\n-- \nAudit {noted}" if noted else ""
