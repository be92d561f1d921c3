"""Summarising: a district's results, or the data of several districts, become one analysis. Nothing is printed, nothing
written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from qa_excel.district.analysis import Analysis
from qa_excel.district.data.building import frame_of
from qa_excel.district.data.collecting import collect
from qa_excel.district.data.combining import Combining
from qa_excel.district.data.dataset import Dataset
from qa_excel.district.data.dictionary import history_table
from qa_excel.district.data.folder import described, find_data_folders, read_data
from qa_excel.district.inbox import InboxError
from qa_excel.district.merging import merge
from qa_excel.district.receiving import Receipt, is_faulty
from qa_excel.district.refusals import NoData
from qa_excel.district.register.happened import arrivals, history
from qa_excel.thai.said import Said
from qa_excel.thai.text import Text
from qa_excel.thai.words import counted

Years = tuple[int | None, int | None]
"""The academic years (B.E.) of the points and of the traces; None for the newest that is there."""
DueDays = tuple[str | None, str | None]
"""The days (ISO) by which the workbooks of the points and those of the traces were due."""


@dataclass(slots=True)
class Summary:
    """The figures of a district or of several, those of the year before, and what is to be told beside them."""

    analysis: Analysis
    faulty: bool
    previous: Analysis | None = None
    notices: list[Text] = field(default_factory=list)

    @property
    def data(self) -> Dataset:
        return self.analysis.data


def summarise(
    received: Receipt,
    *,
    years: Years = (None, None),
    due: DueDays = (None, None),
    name: str | None = None,
    lang: str = "th",
    previous: Dataset | None = None,
) -> Summary:
    """The figures of the schools of a roster, from what came.

    received: checked together, beside its roster. name: the office's, by default the roster's. lang: in which reasons
    and findings are kept. previous: the year before.

    Raises Said where `previous` is not of an earlier year or not of schools.
    """
    if received.roster is None:
        raise ValueError("a district is summarised beside its roster")
    district = merge(received.results, received.roster, *years, name=name, today=received.today)
    district.problems[:0] = received.others
    district.arrivals = arrivals(received.events or ())
    older = {id(result) for school in district.schools for files in school.older.values() for result in files}
    counted = [result for result in received.results if id(result) not in older]
    dataset = collect(district, due[0], lang, due[1])
    if received.events is not None:
        dataset.history = frame_of(history_table(), history(received.events))
    return _summary(dataset, is_faulty(counted, received.others), previous, [])


def summarise_data(
    paths: Sequence[Path],
    *,
    years: Years = (None, None),
    name: str | None = None,
    lang: str = "th",
    previous: Dataset | None = None,
) -> Summary:
    """The figures of several districts, from the data folders at these paths.

    Raises Said where there is none in one of them, one can't be read, they do not belong together, or `previous` is not
    of an earlier year or not of districts.
    """
    for path in paths:
        if not path.exists():
            raise InboxError(path)
        if not find_data_folders([path]):
            raise NoData(str(path))
    notices: list[Text] = []
    others: list[str] = []
    combining = Combining()
    for folder in find_data_folders(paths):
        about = described(folder)
        of = ((about[part], given) for part, given in zip(("year", "iqa_year"), years, strict=True))
        other = next((year for year, given in of if given and year not in (None, given)), None)
        if other:
            notices.append(Text(f"ไม่รวม {folder}: เป็นปี {other}", f"{folder} is left out: its year is {other}"))
            continue
        combining.add(str(folder), read_data(folder))
        if about.get("lang", "th") != lang:
            others.append(str(folder))
    districts = combining.districts
    if not districts:
        raise Said(Text("ไม่มีข้อมูลของปีที่ระบุ", "there is no data of that year"))
    together = Text(f"รวม {len(districts)} เขตพื้นที่", counted(len(districts), "district")).get(lang)
    dataset = combining.finished(name or (together if len(districts) > 1 else districts[0]))
    if others:
        notices.append(
            Text(
                f"เหตุผลของคะแนนและข้อที่พบใน {len(others)} โฟลเดอร์ เช่น {others[0]} เป็นภาษาอังกฤษ ตามที่สร้างไว้",
                f"reasons and findings in {counted(len(others), 'folder')} ({others[0]} for one) stay in Thai, as made",
            )
        )
    dataset.lang = lang
    return _summary(dataset, "errors" in set(dataset["submissions"]["status"]), previous, notices)


def _summary(dataset: Dataset, faulty: bool, previous: Dataset | None, notices: list[Text]) -> Summary:
    if previous is not None:
        refuse_unlike(previous, dataset)
    return Summary(Analysis(dataset), faulty, Analysis(previous) if previous is not None else None, notices)


class PreviousError(Said):
    """A year before that can't be compared with; `text` says why and what to do, in Thai and English."""


def refuse_unlike(previous: Dataset, current: Dataset) -> None:
    """Raise PreviousError where `previous` is not of an earlier year, or of districts where the other is of schools.

    Points and traces have a year each: one of them must be earlier, neither may be later.
    """
    years = [(previous.year, current.year), (previous.iqa_year, current.iqa_year)]
    known = [(before, now) for before, now in years if before is not None and now is not None]
    if any(before > now for before, now in known) or not any(before < now for before, now in known):
        words = (_years(dataset) for dataset in (previous, current))
        (before_th, before_en), (now_th, now_en) = words
        raise PreviousError(
            Text(
                f"ข้อมูลที่ระบุเป็นปีก่อน ({before_th}) ไม่ใช่ปีก่อนข้อมูลที่สรุป ({now_th}) ให้ระบุสรุปหรือโฟลเดอร์ข้อมูลของปีที่ผ่านมา",
                f"what is given as the year before ({before_en}) is not of a year before the summary's ({now_en}); "
                "name the summary or data folder of an earlier year",
            )
        )
    if previous.level != current.level:
        raise PreviousError(
            Text(
                "ข้อมูลปีก่อนกับปีนี้เป็นคนละระดับ (เขตเดียวกับหลายเขตรวมกัน) ให้ระบุข้อมูลปีก่อนที่รวมในระดับเดียวกัน",
                "the year before and this one are of different levels (one district, and several merged); "
                "name data of the same level",
            )
        )


def _years(dataset: Dataset) -> tuple[str, str]:
    return f"คะแนนปี {dataset.year or '–'} IQA ปี {dataset.iqa_year or '–'}", (
        f"points {dataset.year or '–'}, IQA {dataset.iqa_year or '–'}"
    )
