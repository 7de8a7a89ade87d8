"""Every measure over an archive: by our definitions in DuckDB, and written by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl

from bench.measure import Outcome, best
from phucvu.counters.active import tallies_in
from phucvu.engines import duck
from phucvu.engines.archive import Archive
from phucvu.register.facts import DOSSIERS

__all__ = ["archive_counts"]

_BY = ["unit_id", "procedure_code", "placed", "ended"]
_DAY = 86_400_000

_BY_HAND = f"""
WITH received AS (
  SELECT *, coalesce(received_at, submitted_at) AS start,
    coalesce(finished_at, handed_over_at) AS done,
    coalesce(finished_at, handed_over_at,
      CASE WHEN status BETWEEN 7 AND 10 THEN refused_at END,
      CASE WHEN supplements = 1 THEN supplement_open_at END) AS stop
  FROM register_dossier WHERE status NOT IN (1, 3))
SELECT unit_id, procedure_code,
  year(epoch_ms(start)) * 100 + month(epoch_ms(start)) AS placed,
  coalesce(year(epoch_ms(stop)) * 100 + month(epoch_ms(stop)), 999912) AS ended,
  count(*) AS received,
  count(*) FILTER (channel = 'online') AS received_online,
  count(*) FILTER (stop IS NOT NULL AND (promised_at IS NULL
    OR (stop - supplement_ms) // {_DAY} <= promised_at // {_DAY})) AS ended_on_time,
  count(*) FILTER (stop IS NULL AND supplements <= 1) AS open_asked_once_at_most,
  count(done) AS finished,
  coalesce(sum(greatest(done - start - supplement_ms, 0)), 0) AS handling_ms,
  count(*) FILTER (fee_total > 0) AS fee_bearing,
  count(*) FILTER (payment IN (1, 2)) AS online_payment,
  count(*) FILTER (fee_total > 0 AND payment IN (1, 2)) AS paid_online,
  count(*) FILTER (result_files > 0) AS electronic_result,
  count(*) FILTER (((components > 0 AND components_digitised >= components)
    OR (components = 0 AND has_digitised)) AND (done IS NULL OR result_files > 0)) AS digitised,
  count(*) FILTER (components_reused > 0) AS reused,
  count(*) FILTER (components_from_store > 0 OR results_coded > 0) AS shared,
  count(*) FILTER (vneid OR components_from_store > 0 OR population_db) AS population_data
FROM received GROUP BY ALL
"""


def archive_counts(archive: Archive, store: str, *, many: bool) -> Iterator[Outcome]:
    """Our count of the archive beside three peers', which must come to the same sums.

    `many`: whether the rows are so many that counting them is what takes time, which the budget is
    for; of a few it is the reading of the queries.
    """
    files = archive.files()
    with duck.counting(archive, DOSSIERS.table) as engine:
        queries = [tally.query("1 = 1") for tally in tallies_in("duckdb", DOSSIERS)]
        ours = best(lambda: [engine.sql(query).to_arrow_table() for query in queries])
        sums = engine.sql(f"SELECT {_SUMS} FROM ({_BY_HAND})").fetchall()[0]
        by_hand = best(lambda: engine.sql(_BY_HAND).to_arrow_table())
        budget = 2 * by_hand if many else None
        yield _outcome(store, ours, by_hand, "DuckDB by hand", budget)
        for what, count in (("Polars", _polars), ("pandas", _pandas)):
            assert count(files) == sums, f"{what} counts otherwise"
            yield _outcome(store, ours, best(lambda count=count: count(files), 1), what)


def _outcome(
    store: str, ours: float, peer: float, what: str, budget: float | None = None
) -> Outcome:
    return Outcome("archive counted, all measures", store, "s", ours, "less", budget, peer, what)


_MEASURES = (
    "received", "received_online", "ended_on_time", "open_asked_once_at_most", "finished",
    "handling_ms", "fee_bearing", "online_payment", "paid_online", "electronic_result",
    "digitised", "reused", "shared", "population_data",
)  # fmt: skip
_SUMS = ", ".join(f"CAST(sum({name}) AS BIGINT)" for name in _MEASURES)


def _polars(files: list[Path]) -> tuple[Any, ...]:
    c = pl.col
    done = pl.coalesce("finished_at", "handed_over_at")
    frame = (
        pl.scan_parquet(files)
        .filter(~c("status").is_in([1, 3]))
        .with_columns(
            start=pl.coalesce("received_at", "submitted_at"),
            done=done,
            stop=pl.coalesce(
                done,
                pl.when(c("status").is_between(7, 10)).then("refused_at"),
                pl.when(c("supplements") == 1).then("supplement_open_at"),
            ),
        )
    )
    counted = (
        frame.group_by(
            "unit_id", "procedure_code",
            placed=_polars_month(c("start")), ended=_polars_month(c("stop")).fill_null(999912),
        )
        .agg(
            received=pl.len(),
            received_online=(c("channel") == "online").sum(),
            ended_on_time=(
                c("stop").is_not_null()
                & (
                    c("promised_at").is_null()
                    | ((c("stop") - c("supplement_ms")) // _DAY <= c("promised_at") // _DAY)
                )
            ).sum(),
            open_asked_once_at_most=(c("stop").is_null() & (c("supplements") <= 1)).sum(),
            finished=c("done").count(),
            handling_ms=(c("done") - c("start") - c("supplement_ms")).clip(0).sum(),
            fee_bearing=(c("fee_total") > 0).sum(),
            online_payment=c("payment").is_in([1, 2]).sum(),
            paid_online=((c("fee_total") > 0) & c("payment").is_in([1, 2])).sum(),
            electronic_result=(c("result_files") > 0).sum(),
            digitised=(
                (
                    ((c("components") > 0) & (c("components_digitised") >= c("components")))
                    | ((c("components") == 0) & c("has_digitised"))
                )
                & (c("done").is_null() | (c("result_files") > 0))
            ).sum(),
            reused=(c("components_reused") > 0).sum(),
            shared=((c("components_from_store") > 0) | (c("results_coded") > 0)).sum(),
            population_data=(
                c("vneid") | (c("components_from_store") > 0) | c("population_db")
            ).sum(),
        )
        .collect()
    )  # fmt: skip
    return tuple(int(counted[name].sum()) for name in _MEASURES)


def _polars_month(moment: pl.Expr) -> pl.Expr:
    date = moment.cast(pl.Datetime("ms"))
    return date.dt.year().cast(pl.Int64) * 100 + date.dt.month()


def _pandas(files: list[Path]) -> tuple[Any, ...]:
    f = pd.concat([pd.read_parquet(file, dtype_backend="pyarrow") for file in files])
    f = f[~f.status.isin([1, 3])]
    start = f.received_at.fillna(f.submitted_at)
    done = f.finished_at.fillna(f.handed_over_at)
    stop = done.fillna(f.refused_at.where(f.status.between(7, 10)))
    stop = stop.fillna(f.supplement_open_at.where(f.supplements == 1))
    paying, paid = f.fee_total > 0, f.payment.isin([1, 2])
    late = ((stop - f.supplement_ms) // _DAY > f.promised_at // _DAY).fillna(False)
    whole = (f.components > 0) & (f.components_digitised >= f.components)
    digital = whole | ((f.components == 0) & f.has_digitised)
    columns = {
        "received": f.status > 0,
        "received_online": f.channel == "online",
        "ended_on_time": stop.notna() & ~late,
        "open_asked_once_at_most": stop.isna() & (f.supplements <= 1),
        "finished": done.notna(),
        "handling_ms": (done - start - f.supplement_ms).clip(lower=0).fillna(0),
        "fee_bearing": paying,
        "online_payment": paid,
        "paid_online": paying & paid,
        "electronic_result": f.result_files > 0,
        "digitised": digital & (done.isna() | (f.result_files > 0)),
        "reused": f.components_reused > 0,
        "shared": (f.components_from_store > 0) | (f.results_coded > 0),
        "population_data": f.vneid | (f.components_from_store > 0) | f.population_db,
    }
    keys = [f.unit_id, f.procedure_code, _pandas_month(start), _pandas_month(stop).fillna(999912)]
    counted = pd.DataFrame(columns).groupby(
        [key.rename(n) for n, key in zip(_BY, keys, strict=True)]
    )
    sums = counted.sum().sum()
    return tuple(int(sums[name]) for name in _MEASURES)


def _pandas_month(moment: Any) -> Any:
    date = pd.to_datetime(moment.astype("Int64"), unit="ms")
    return (date.dt.year * 100 + date.dt.month).astype("Int64")
