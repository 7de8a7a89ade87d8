"""The program as an ASGI application."""

import multiprocessing
import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "phucvu.config.settings")

_site = get_asgi_application()

# Only now: what they import needs the settings.
from django.conf import settings  # noqa: E402
from granian.utils.proxies import wrap_asgi_with_proxy_headers  # noqa: E402

from phucvu.config.body_limit import BodyLimit  # noqa: E402
from phucvu.config.orphans import end_with  # noqa: E402
from phucvu.config.store_connections import keep_open  # noqa: E402
from phucvu.intake.uploads.worker import wake  # noqa: E402
from phucvu.web.live.front import LiveFront  # noqa: E402
from phucvu.web.shared_pages import SharedPages  # noqa: E402

# A worker does not outlive the process that listens.
if (starter := multiprocessing.parent_process()) is not None and starter.pid is not None:
    end_with(starter.pid)
keep_open()
# A proxy says who asks, and whether through TLS; nobody else is believed.
application = wrap_asgi_with_proxy_headers(
    LiveFront(BodyLimit(SharedPages(_site))), trusted_hosts=settings.PHUCVU_PROXIES
)
# Files whose taking in was cut short go on.
wake()
