"""The tables of several districts put together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from qa_excel.district.data.building import FrameBuilder
from qa_excel.district.data.dataset import SCHOOL, Dataset
from qa_excel.district.data.dictionary import tables
from qa_excel.rubric.model import numbered
from qa_excel.thai.folding import fold
from qa_excel.thai.said import Said
from qa_excel.thai.text import Text
from qa_excel.thai.words import plural


class UnlikeDatasets(Said):
    """Datasets that can't be merged; `text` says why and what to do, in Thai and English."""


def combine(datasets: Sequence[Dataset], name: str, sources: Sequence[str] = ()) -> Dataset:
    """One dataset of several, as `Combining` makes it; sources: by default their names."""
    combining = Combining()
    for source, dataset in zip(sources or [dataset.name for dataset in datasets], datasets, strict=True):
        combining.add(source, dataset)
    return combining.finished(name)


class Combining:
    """The data of several districts, or of provinces with several districts each, taken in one by one.

    Of each its rows are kept once, in what becomes the result, so that the memory is that of the result and of one.
    """

    def __init__(self) -> None:
        self._frames = {table.name: FrameBuilder(table) for table in tables().values()}
        self._named: list[tuple[str, Dataset]] = []

    def add(self, source: str, dataset: Dataset) -> None:
        """source: what messages call it, its folder for one."""
        known: dict[str, str] = {}
        for table, frame in self._frames.items():
            frame.add_frame(dataset[table], known)
        self._named.append((source, _what_is_compared(dataset)))

    @property
    def districts(self) -> list[str]:
        return [district for _, dataset in self._named for district in dataset.districts]

    def finished(self, name: str) -> Dataset:
        """One dataset. A year that one of them lacks is taken from the others; a due day is kept where all have the
        same.

        Raises UnlikeDatasets where years, editions or rules of scoring differ, several are there and one district has
        no name, or a district or a school is there twice.
        """
        _refuse_other_editions(self._named)
        _refuse_other_rules(self._named)
        if len(self._named) > 1:
            _refuse_same_districts(self._named)
        _refuse_same_schools(self._named)
        datasets = [dataset for _, dataset in self._named]
        scored = next((dataset for dataset in datasets if dataset.year is not None), datasets[0])
        traced = next((dataset for dataset in datasets if dataset.iqa_year is not None), datasets[0])
        return Dataset(
            name=name,
            year=scored.year,
            iqa_year=traced.iqa_year,
            rubric=scored.rubric,
            traces=traced.traces,
            frames={table: frame.finished() for table, frame in self._frames.items()},
            due=_common(dataset.due for dataset in datasets),
            iqa_due=_common(dataset.iqa_due for dataset in datasets),
            lang=datasets[0].lang,
            level="district",
        )


def _what_is_compared(dataset: Dataset) -> Dataset:
    """The same without its rows, but the names of its districts and schools."""
    names = dataset["submissions"][["district"]].drop_duplicates()
    return replace(dataset, frames={"submissions": names, "schools": dataset["schools"][SCHOOL]})


def _common(days: Iterable[str | None]) -> str | None:
    found = set(days)
    return found.pop() if len(found) == 1 else None


_Named = Sequence[tuple[str, Dataset]]


_SOURCES_NAMED = 3
"""How many datasets of a kind a message names."""


def _refuse_other_editions(named: _Named) -> None:
    """Years and editions must be one; those of a family of which a dataset has no workbook count for nothing."""
    asked: tuple[tuple[Text, Callable[[Dataset], Any]], ...] = (
        (Text("ปีการศึกษาของคะแนน", "the academic year of the scores"), lambda d: d.year),
        (Text("ปีการศึกษาของร่องรอย IQA", "the academic year of the IQA traces"), lambda d: d.iqa_year),
        (Text("ฉบับของเกณฑ์", "the edition of the rubric"), lambda d: d.rubric.id if d.year else None),
        (Text("ฉบับของเกณฑ์ร่องรอย IQA", "the edition of the IQA traces"), lambda d: d.traces.id if d.iqa_year else None),
    )
    for words, of in asked:
        sources: dict[Any, list[str]] = {}
        for source, dataset in named:
            if of(dataset) is not None:
                sources.setdefault(of(dataset), []).append(source)
        if len(sources) > 1:
            th = "; ".join(f"{value} ใน {_listed(found)}" for value, found in sources.items())
            en = "; ".join(f"{value} in {_listed(found)}" for value, found in sources.items())
            raise UnlikeDatasets(
                Text(
                    f"{words.th}ไม่ตรงกัน: {th} ให้รวมเฉพาะข้อมูลที่ตรงกัน",
                    f"{words.en} differs: {en}; merge only data that agree",
                )
            )


def _refuse_other_rules(named: _Named) -> None:
    """Points that were scored by different rules have no mean."""
    sources: dict[str, list[str]] = {}
    for source, dataset in named:
        if dataset.year is not None:
            sources.setdefault(dataset.rubric.version, []).append(source)
    versions = sorted(sources, key=numbered)
    changes = named[0][1].rubric.rule_changes(versions[0], versions[-1]) if versions else ()
    if changes:
        th = "; ".join(f"รุ่น {version} ใน {_listed(sources[version])}" for version in versions)
        en = "; ".join(f"version {version} in {_listed(sources[version])}" for version in versions)
        why = [change.told for change in changes]
        raise UnlikeDatasets(
            Text(
                f"คะแนนคิดตามเกณฑ์คนละรุ่นซึ่งมีกฎต่างกัน จึงรวมกันไม่ได้: {th} ({'; '.join(text.th for text in why)}) "
                "ให้รวมแฟ้มของแต่ละเขตใหม่ด้วยโปรแกรมรุ่นเดียวกันเพื่อสร้างโฟลเดอร์ข้อมูลอีกครั้ง",
                "the points were scored by versions of the rubric with different rules and can't be merged: "
                f"{en} ({'; '.join(text.en for text in why)}); make each district's data anew from its files with the "
                "same version of the program",
            )
        )


def _listed(sources: list[str]) -> str:
    return ", ".join(sources[:_SOURCES_NAMED]) + (", …" if len(sources) > _SOURCES_NAMED else "")


def _refuse_same_districts(named: _Named) -> None:
    """Districts are told apart by their names, so each must have one of its own."""
    seen: dict[str, str] = {}
    for source, dataset in named:
        for district in dataset.districts:
            key = fold(district)
            if not key:
                raise UnlikeDatasets(
                    Text(
                        f"ข้อมูลใน {source} ไม่มีชื่อเขต ให้รวมแฟ้มของเขตนั้นใหม่โดยตั้งชื่อเขต",
                        f"the data in {source} has no district's name; merge that district anew under its name",
                    )
                )
            if key in seen:
                raise UnlikeDatasets(
                    Text(
                        f"ข้อมูลของ {district} อยู่ทั้งใน {seen[key]} และ {source} ให้เลือกเพียงแห่งเดียว "
                        "หากเป็นคนละเขต ให้รวมแฟ้มของแต่ละเขตใหม่โดยตั้งชื่อให้ต่างกัน",
                        f"the data of {district} is in both {seen[key]} and {source}; merge one of them, or where they "
                        "are two districts merge each anew under a name of its own",
                    )
                )
            seen[key] = source


def _refuse_same_schools(named: _Named) -> None:
    seen: dict[str, str] = {}
    twice: list[tuple[str, str, str, str]] = []
    for source, dataset in named:
        for row in dataset.rows("schools", *SCHOOL):
            where = f"{row.district} ({source})" if source != row.district else row.district
            if (other := seen.setdefault(row.school_code, where)) != where:
                twice.append((row.school_code, row.school_name, other, where))
    if twice:
        code, school, one, two = twice[0]
        more = len(twice) - 1
        raise UnlikeDatasets(
            Text(
                f"สถานศึกษา {code} {school} อยู่ทั้งใน {one} และ {two}"
                + (f" และยังมีอีก {more} แห่งที่ซ้ำ" if more else "")
                + " ให้แก้ทะเบียนของเขตที่ไม่ใช่ต้นสังกัด แล้วสร้างข้อมูลของเขตนั้นใหม่",
                f"school {code} {school} is in both {one} and {two}"
                + (f", and {more} more {plural(more, 'is', 'are')} in two" if more else "")
                + "; correct the roster of the district it does not belong to and make that district's data anew",
            )
        )
