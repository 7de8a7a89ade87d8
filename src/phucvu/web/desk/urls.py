"""Addresses of the desk."""

from django.urls import path

from phucvu.web.desk import home, signing

app_name = "desk"

urlpatterns = [
    path("", home.home, name="home"),
    path("dang-nhap/", signing.sign_in, name="sign_in"),
    path("dang-xuat/", signing.sign_out, name="sign_out"),
    path("mau/ho-so.xlsx", home.template, name="template"),
]
