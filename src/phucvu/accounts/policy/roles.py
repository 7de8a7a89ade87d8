"""Roles and standings: a role is granted on a unit; a standing comes without a grant."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["LEADING", "Role", "Standing"]


class Role(StrEnum):
    """Role that is granted to an account, on a unit, for an interval."""

    VIEWER = "viewer"
    OFFICER = "officer"
    HEAD = "head"
    OFFICE = "office"
    JUSTICE = "justice"
    POLICE = "police"
    CULTURE = "culture"
    HOME_AFFAIRS = "home_affairs"
    IT_CENTRE = "it_centre"
    AUDITOR = "auditor"


class Standing(StrEnum):
    """Standing that an asker has without any grant."""

    ANYONE = "anyone"
    ACCOUNT = "account"
    ADMINISTRATOR = "administrator"
    SENDING_KEY = "sending_key"
    READING_KEY = "reading_key"
    CATALOGUE_KEY = "catalogue_key"


LEADING = (Role.JUSTICE, Role.POLICE, Role.CULTURE)
"""The departments that lead indicators: each states figures of those the edition gives it."""
