"""Addresses of the account's own pages: sign-in, second factors, sessions, single sign-on."""

from django.urls import include, path

urlpatterns = [
    path("", include("allauth.account.urls")),
    path("hai-lop/", include("allauth.mfa.urls")),
    path("phien/", include("allauth.usersessions.urls")),
    path("lien-ket/", include("allauth.socialaccount.urls")),
    path("", include("allauth.socialaccount.providers.openid_connect.urls")),
]
