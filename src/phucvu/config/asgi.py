"""The program as an ASGI application."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "phucvu.config.settings")

_site = get_asgi_application()

# Only now: what they import needs the settings.
from phucvu.config.body_limit import BodyLimit  # noqa: E402
from phucvu.config.store_connections import keep_open  # noqa: E402
from phucvu.intake.uploads.worker import wake  # noqa: E402
from phucvu.web.live.front import LiveFront  # noqa: E402
from phucvu.web.shared_pages import SharedPages  # noqa: E402

keep_open()
application = LiveFront(BodyLimit(SharedPages(_site)))
# Files whose taking in was cut short go on.
wake()
