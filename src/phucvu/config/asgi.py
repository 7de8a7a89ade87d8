"""The program as an ASGI application."""

import multiprocessing
import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "phucvu.config.settings")

django.setup(set_prefix=False)

# Only now: what they import needs the settings.
from django.conf import settings  # noqa: E402
from granian.utils.proxies import wrap_asgi_with_proxy_headers  # noqa: E402

from phucvu.config.health import watch  # noqa: E402
from phucvu.config.lanes import lane_of, lanes  # noqa: E402
from phucvu.config.orphans import end_with  # noqa: E402
from phucvu.config.queries import KnownQueries  # noqa: E402
from phucvu.config.request_log import RequestLog, StoreGuard  # noqa: E402
from phucvu.config.sending import Asking, BodyHandler, bounds, rule_of  # noqa: E402
from phucvu.config.store_connections import keep_open  # noqa: E402
from phucvu.edge.bodies import Bodies  # noqa: E402
from phucvu.edge.lanes import Lanes  # noqa: E402
from phucvu.intake.uploads.worker import wake  # noqa: E402
from phucvu.web.live.front import LiveFront  # noqa: E402
from phucvu.web.shared_pages import SharedPages  # noqa: E402

# A worker does not outlive the process that listens.
if (starter := multiprocessing.parent_process()) is not None and starter.pid is not None:
    end_with(starter.pid)
keep_open()
watch()
_site = Lanes(BodyHandler(), lanes, lane_of)
_pages = KnownQueries(SharedPages(_site))
_answering = Bodies(_pages, rule_of, Asking(_site), bounds)
# Before a body is read: while the store is away nothing of it could be kept.
_guarded = StoreGuard(_answering, ("/healthz", "/readyz", "/static/"))
# A proxy says who asks, and whether through TLS; nobody else is believed.
application = RequestLog(
    wrap_asgi_with_proxy_headers(LiveFront(_guarded), trusted_hosts=settings.PHUCVU_PROXIES)
)
# Files whose taking in was cut short go on.
wake()
