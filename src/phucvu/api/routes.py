"""The JSON API: one place that lists its parts."""

from ninja import NinjaAPI

from phucvu import __version__

api = NinjaAPI(title="Phục Vụ", version=__version__)
