"""The catalogue is RDF that harvesters can read, and leads to files that are there."""

from __future__ import annotations

import json
from datetime import timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from rdflib import DCAT, DCTERMS, RDF, XSD, Graph, Literal, Namespace, URIRef

from phucvu.accounts import audit
from phucvu.accounts.policy import Resource
from phucvu.units.models import Kind
from tests.dossiers import unit

pytestmark = [pytest.mark.django_db, pytest.mark.database]

SPDX = Namespace("http://spdx.org/rdf/terms#")
CC_BY = URIRef("https://creativecommons.org/licenses/by/4.0/")


@pytest.fixture
def graph(client: Client, country: SimpleNamespace) -> Graph:
    response = client.get("/du-lieu/danh-muc.jsonld")
    assert response["Content-Type"] == "application/ld+json"
    return Graph().parse(data=response.content, format="json-ld")


def test_what_dcat_ap_asks_for_is_there(graph: Graph) -> None:
    (found,) = graph.subjects(RDF.type, DCAT.Catalog)
    for needed in (DCTERMS.title, DCTERMS.description, DCTERMS.publisher, DCAT.dataset):
        assert list(graph.objects(found, needed)), needed
    (service,) = graph.objects(found, DCAT.service)
    assert list(graph.objects(service, DCAT.endpointDescription))
    datasets = set(graph.subjects(RDF.type, DCAT.Dataset))
    assert datasets == set(graph.objects(found, DCAT.dataset))
    for dataset in datasets:
        for needed in (DCTERMS.title, DCTERMS.description, DCTERMS.temporal, DCAT.distribution):
            assert list(graph.objects(dataset, needed)), needed
    for distribution in graph.subjects(RDF.type, DCAT.Distribution):
        assert list(graph.objects(distribution, DCTERMS.license)) == [CC_BY]
        assert list(graph.objects(distribution, DCAT.accessURL))


def test_every_file_it_names_is_there(client: Client, graph: Graph) -> None:
    files = [str(address) for address in graph.objects(None, DCAT.downloadURL)]

    assert any("/diem/VN/2026.csv" in file for file in files)
    for file in files:
        address = file.removeprefix("http://testserver")
        response = client.get(address)
        assert response.status_code == 200, address
        media_types = graph.objects(URIRef(file), DCAT.mediaType)
        told = [str(each).partition("/media-types/")[2] for each in media_types]
        assert told == [response["Content-Type"].partition(";")[0]]


def test_all_communes_of_a_country_are_a_data_set_of_their_own(
    client: Client, country: SimpleNamespace
) -> None:
    unit("H20.01", country.good, Kind.COMMUNE)
    document = client.get("/du-lieu/danh-muc.jsonld").content
    graph = Graph().parse(data=document, format="json-ld")

    dataset = URIRef("http://testserver/du-lieu/diem/VN/2026?loai=commune")
    files = {
        str(file)
        for distribution in graph.objects(dataset, DCAT.distribution)
        for file in graph.objects(distribution, DCAT.downloadURL)
    }
    assert "http://testserver/du-lieu/diem/VN/2026.parquet?loai=commune" in files
    assert len(files) == 4


def test_a_period_is_said_in_days(graph: Graph) -> None:
    dataset = URIRef("http://testserver/du-lieu/diem/VN/2026")
    (interval,) = graph.objects(dataset, DCTERMS.temporal)

    assert graph.value(interval, DCAT.startDate) == Literal("2026-01-01", datatype=XSD.date)
    assert graph.value(interval, DCAT.endDate) == Literal("2026-12-31", datatype=XSD.date)


def test_an_empty_store_has_an_empty_catalogue(client: Client) -> None:
    found = Graph().parse(data=client.get("/du-lieu/danh-muc.jsonld").content, format="json-ld")
    assert list(found.subjects(RDF.type, DCAT.Catalog))
    assert not list(found.subjects(RDF.type, DCAT.Dataset))


def test_the_audits_last_line_of_yesterday_is_told_all_day(
    client: Client, country: SimpleNamespace
) -> None:
    yesterday = timezone.now() - timedelta(days=1)
    with time_machine.travel(yesterday, tick=False):
        audit.note("nv.an", "first", Resource.DOOR)
        last = audit.note("nv.an", "second", Resource.DOOR)
    board = "/du-lieu/diem/VN/2026.json"
    before = client.get(board)
    today = audit.note("nv.an", "third", Resource.DOOR)

    content = client.get("/du-lieu/danh-muc.jsonld").content
    graph = Graph().parse(data=content, format="json-ld")
    (found,) = graph.subjects(RDF.type, DCAT.Catalog)
    (stated,) = graph.objects(found, DCTERMS.provenance)
    told = str(graph.value(stated, DCTERMS.identifier))
    assert told == f"{last.pk}:{last.hash}"
    (checksum,) = graph.objects(stated, SPDX.checksum)
    assert str(graph.value(checksum, SPDX.checksumValue)).lower() == last.hash
    assert today.hash.encode() not in content

    assert json.loads(before.getvalue())["about"]["audit_head"] == told
    again = client.get(board)
    assert json.loads(again.getvalue())["about"]["audit_head"] == told
    links = client.get("/du-lieu/diem/VN/2026.csv")["Link"]
    assert '/du-lieu/danh-muc.jsonld>; rel="describedby"' in links


def test_without_an_audit_nothing_is_told_of_it(graph: Graph) -> None:
    assert not list(graph.subject_objects(DCTERMS.provenance))
