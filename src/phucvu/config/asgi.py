"""The program as an ASGI application."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "phucvu.config.settings")

_site = get_asgi_application()

# Only now: what it imports needs the settings.
from phucvu.web.shared_pages import SharedPages  # noqa: E402

application = SharedPages(_site)
