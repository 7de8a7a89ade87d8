"""Tables of grants, access requests, keys of other systems, and the audit."""

from phucvu.accounts.records.attempts import AttemptCount
from phucvu.accounts.records.audit import AuditEntry
from phucvu.accounts.records.grants import Grant
from phucvu.accounts.records.integrity import IntegrityKey
from phucvu.accounts.records.keys import ApiKey
from phucvu.accounts.records.requests import AccessRequest

__all__ = ["AccessRequest", "ApiKey", "AttemptCount", "AuditEntry", "Grant", "IntegrityKey"]
