"""Catalogue of the data sets for harvesters: DCAT as JSON-LD, in the manner of DCAT-AP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

from phucvu.accounts.noted_head import Head
from phucvu.opendata.licence import licence
from phucvu.opendata.writing.forms import FORMS
from phucvu.results.boards import communes_further_below
from phucvu.results.maps import Atlas
from phucvu.results.periods import periods_with_data
from phucvu.scoring import Period
from phucvu.units.models import Kind
from phucvu.units.tree import UnitNode

__all__ = ["catalogue"]

_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
_FREQUENCY = "http://publications.europa.eu/resource/authority/frequency/CONT"
_VIETNAMESE = "http://publications.europa.eu/resource/authority/language/VIE"

Address = Callable[..., str]
"""name of an address below `opendata:`, and its parts → the whole address"""


def catalogue(
    atlas: Atlas, publisher: str, site: str, api: str, address: Address, audited: Head | None
) -> dict[str, Any]:
    """Describe a data set for each unit with units below it and each period that has figures.

    For a country, one more data set describes all its communes. `audited` is the audit's last line
    of yesterday.
    """
    tree = atlas.newest
    parents = [unit for unit in tree if tree.children(unit.id)]
    return {
        "@context": _CONTEXT,
        "@id": f"{site}#danh-muc",
        "@type": "dcat:Catalog",
        "dct:title": _said("Dữ liệu mở về phục vụ người dân và doanh nghiệp"),
        "dct:description": _said(
            "Điểm theo Bộ chỉ số phục vụ người dân và doanh nghiệp (Quyết định 766/QĐ-TTg): "
            "từng đơn vị, từng kỳ, từng chỉ số, cùng tử số và mẫu số."
        ),
        "dct:publisher": {"@type": "foaf:Agent", "foaf:name": publisher},
        "dct:license": {"@id": licence().address, "@type": "dct:LicenseDocument"},
        "dct:language": {"@id": _VIETNAMESE, "@type": "dct:LinguisticSystem"},
        "foaf:homepage": {"@id": site, "@type": "foaf:Document"},
        "dcat:service": {
            "@id": api,
            "@type": "dcat:DataService",
            "dct:title": _said("Giao diện lập trình công khai"),
            "dcat:endpointURL": {"@id": api},
            "dcat:endpointDescription": {"@id": f"{api}openapi.json"},
        },
        **_provenance(audited),
        "dcat:dataset": [
            dataset
            for unit in parents
            for dataset in _datasets(atlas, unit, publisher, site, address)
        ],
    }


def _provenance(audited: Head | None) -> dict[str, Any]:
    """Tell the audit's hash: whoever keeps it can say later whether the audit was changed."""
    if audited is None:
        return {}
    return {
        "dct:provenance": {
            "@type": "dct:ProvenanceStatement",
            "rdfs:label": _said(
                f"Dòng cuối của nhật ký kiểm tra đến hết hôm qua: {audited.number}; mã băm SHA-256"
                " của dòng ấy gói mọi dòng trước nó."
            ),
            "dct:identifier": str(audited),
            "spdx:checksum": {
                "@type": "spdx:Checksum",
                "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
                "spdx:checksumValue": {"@type": "xsd:hexBinary", "@value": audited.hash},
            },
        }
    }


def _datasets(
    atlas: Atlas, unit: UnitNode, publisher: str, site: str, address: Address
) -> Iterator[dict[str, Any]]:
    tree = atlas.newest
    boards = {"": f"Điểm các đơn vị thuộc {unit.name}"}
    if communes_further_below(tree, unit):
        boards[Kind.COMMUNE] = f"Điểm mọi xã, phường, đặc khu thuộc {unit.name}"
    for period in periods_with_data(unit, atlas, tree):
        for kind, title in boards.items():
            query = f"?loai={kind}" if kind else ""
            files = {form: address("board", unit.code, period, form) + query for form in FORMS}
            yield {
                "@id": files["csv"].replace(".csv", "", 1),
                "@type": "dcat:Dataset",
                "dct:identifier": "-".join(["diem", unit.code, str(period), kind]).rstrip("-"),
                "dct:title": _said(f"{title}, {period.label('vi')}"),
                "dct:description": _said(
                    "Tổng điểm, điểm nhóm và chỉ số thành phần của từng đơn vị: tử số, mẫu số, "
                    "tỷ lệ, điểm, nguồn và thời điểm của số liệu."
                    + (" Số liệu mô phỏng." if unit.simulated else "")
                ),
                "dct:publisher": {"@type": "foaf:Agent", "foaf:name": publisher},
                "dct:temporal": _interval(period),
                "dct:accrualPeriodicity": {"@id": _FREQUENCY, "@type": "dct:Frequency"},
                "dcat:keyword": [_said("thủ tục hành chính"), _said("dịch vụ công"), _said("766")],
                "dcat:landingPage": {
                    "@id": f"{site}?don-vi={quote(unit.code)}&ky={period}",
                    "@type": "foaf:Document",
                },
                "dcat:distribution": [_distribution(file, form) for form, file in files.items()],
            }


def _distribution(file: str, form: str) -> dict[str, Any]:
    media_type = FORMS[form].media_type.partition(";")[0]
    return {
        "@id": file,
        "@type": "dcat:Distribution",
        "dct:title": _said(FORMS[form].label),
        "dcat:accessURL": {"@id": file},
        "dcat:downloadURL": {"@id": file},
        "dcat:mediaType": {"@id": _MEDIA_TYPES + media_type, "@type": "dct:MediaType"},
        "dct:license": {"@id": licence().address, "@type": "dct:LicenseDocument"},
    }


def _interval(period: Period) -> dict[str, Any]:
    def day(value: object) -> dict[str, str]:
        return {"@type": "xsd:date", "@value": str(value)}

    return {
        "@type": "dct:PeriodOfTime",
        "dcat:startDate": day(period.first_day),
        "dcat:endDate": day(period.last_day),
    }


def _said(text: str) -> dict[str, str]:
    return {"@language": "vi", "@value": text}
