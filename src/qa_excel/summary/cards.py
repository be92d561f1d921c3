"""บัตรคะแนน: the cards of all units on one sheet, one below another, or each school's in a workbook of its own.

A card takes two pages of A4 portrait, or three where much can be earned; those of units without a valid workbook are
short and share pages. Lists whose texts run on (what points were given for, what is wrong with a file) are broken into
lines here and written one line a row, so that no cell is merged and no height guessed.
"""

from __future__ import annotations

import io
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any

from xlsxwriter.format import Format

from qa_excel.analysis import Analysis, Mean, Measure, Unit, decimal, rounded
from qa_excel.book import Book, Cell, Column
from qa_excel.dataset import SUPERSEDED
from qa_excel.files.writing import one_step
from qa_excel.merging import IQA_KEY, MISSING, VALID
from qa_excel.opportunities import Opportunities, Opportunity, opportunities
from qa_excel.output import file_name, write_package
from qa_excel.problems import STATUS_WORDS
from qa_excel.rubric import Text
from qa_excel.summary.lines import packed, room_of
from qa_excel.summary.parts import of_schools, years
from qa_excel.template.look import GREY, LINE, NAVY, PALE, SOFT
from qa_excel.thai.words import counted

CARDS = Text("บัตรคะแนนโรงเรียน", "School cards")
DISTRICT_CARDS = Text("บัตรคะแนนเขต", "District cards")
CRITERIA = Text("คะแนนรายข้อ", "Criteria")

AMONG_OTHERS, IN_FILE = (10, 6), (30, 30)
"""Opportunities on a card among others and in a workbook of its own: the most, and to how few they may be cut down
where the card then takes two pages."""
MAX_ERRORS = 3
"""Errors of a workbook that a card quotes."""
MAX_BREAKS = 1_023
"""Page breaks that Excel takes on one sheet."""
QUARTILES_FROM = 4
"""Units among which quartiles mean something."""

_WIDTHS = (7, 46, 8, 7.5, 9, 8.5, 47)
_NO, _NAME, _FIRST, _SECOND, _MEAN, _DIFFERENCE, _WIDE = range(7)
_PAGE = 1_000
"""Height of a page in points, at the scale at which the columns fill its width, less a little to spare."""
_ROW, _LINE, _WRAPPED, _SECTION, _GAP = 19, 17, 21.5, 25, 8
_TITLE, _SMALL = 20, 13
"""Size of the letters of a unit's name, and in lists."""
_BETWEEN = 24
"""Height between two short cards on a page."""
_REST = sum(_WIDTHS[_NAME:]) - 2
_WHOLE = sum(_WIDTHS) - 2
_BAR = "#C3CCDB"
_DIFFERENCES = "+0.00;-0.00;0.00"

_THAI = re.compile("[ก-๙]")

_rounded = lru_cache(maxsize=65_536)(rounded)
"""Hundreds of schools share a few thousand figures."""

QUARTILE_WORDS = {
    4: Text("กลุ่มคะแนนสูงสุด (สูงกว่าควอร์ไทล์ที่ 3)", "top quarter (above the third quartile)"),
    3: Text("กลุ่มค่อนข้างสูง (สูงกว่ามัธยฐาน)", "upper middle (above the median)"),
    2: Text("กลุ่มค่อนข้างต่ำ (ไม่เกินมัธยฐาน)", "lower middle (up to the median)"),
    1: Text("กลุ่มคะแนนต่ำสุด (ไม่เกินควอร์ไทล์ที่ 1)", "lowest quarter (up to the first quartile)"),
}


def write_cards(book: Book, analysis: Analysis, score_sheet: Text | None = None) -> dict[str, str]:
    """Add the sheet of all cards, each with a link back to `score_sheet`; returns unit → link to its card."""
    name = CARDS if of_schools(analysis) else DISTRICT_CARDS
    sheet = _Sheet(book, analysis, _Facts(analysis), name, score_sheet, AMONG_OTHERS)
    links = {}
    for unit in analysis.units:
        links[unit.code] = f"internal:'{name.get(book.lang)}'!A{sheet.row + 1}"
        sheet.card(unit)
    sheet.finish()
    return links


@one_step()
def write_card_files(analysis: Analysis, folder: str | Path, lang: str) -> list[str]:
    """Write each unit's card as a workbook, with all its criteria on a second sheet; returns the files' names.

    Raises OutputError where the folder or a file can't be written.
    """
    folder = Path(folder)
    facts = _Facts(analysis)
    paths = card_paths(analysis, folder)
    for unit, path in zip(analysis.units, paths, strict=True):

        def build(buffer: io.BytesIO, unit: Unit = unit) -> None:
            name = CARDS if of_schools(analysis) else DISTRICT_CARDS
            book = Book(buffer, lang, analysis.data.name, f"{name.get(lang)} {unit.name}".strip())
            sheet = _Sheet(book, analysis, facts, name, None, IN_FILE)
            sheet.card(unit)
            sheet.finish()
            if of_schools(analysis):
                _write_criteria(book, analysis, facts.of(unit))
            book.close()

        write_package(path, build, dated=False, within=folder)
    return [path.name for path in paths]


def card_paths(analysis: Analysis, folder: Path) -> list[Path]:
    """The workbook of each unit's card."""
    return [folder / file_name(f"{unit.code} {unit.name}", ".xlsx") for unit in analysis.units]


# --- What the cards show ---


@dataclass(slots=True)
class _UnitFacts:
    """Rows of the tables that belong to a unit's schools.

    submissions: those that count. errors: file → (sheet, cell, message). unanswered: indicator → inputs, in the
    rubric's order, and of internal quality assurance the steps.
    """

    submissions: list[dict[str, Any]] = field(default_factory=list)
    criteria: list[dict[str, Any]] = field(default_factory=list)
    conditions: list[dict[str, Any]] = field(default_factory=list)
    errors: dict[str, list[tuple[str, str, str]]] = field(default_factory=lambda: defaultdict(list))
    unanswered: Counter[str] = field(default_factory=Counter)


class _Facts:
    """All units' facts, gathered in one walk over each table."""

    def __init__(self, analysis: Analysis):
        self.analysis = analysis
        self.opportunities = opportunities(analysis)
        self.means: dict[str, Mean] = {}
        for measure in (*analysis.score_measures, *analysis.processes, analysis.progress):
            self.means[measure.key] = analysis.mean(measure)
        self._units: dict[str, _UnitFacts] = {unit.code: _UnitFacts() for unit in analysis.units}
        self._gather()

    def of(self, unit: Unit) -> _UnitFacts:
        return self._units[unit.code]

    def _rows(self, table: str, *columns: str) -> Iterator[tuple[_UnitFacts, dict[str, Any]]]:
        frame = self.analysis.data[table]
        keys = zip(frame["district"].tolist(), frame["school_code"].tolist(), strict=True)
        values = zip(*(frame[column].tolist() for column in columns), strict=True)
        for key, row in zip(keys, values, strict=True):
            if key in self.analysis.owners:
                yield self._units[self.analysis.owners[key]], dict(zip(columns, row, strict=True))

    def _gather(self) -> None:
        for facts, row in self._rows("submissions", "workbook", "status", "file"):
            if row["status"] != SUPERSEDED:
                facts.submissions.append(row)
        for facts, row in self._rows("scores", "indicator", "missing"):
            facts.unanswered[row["indicator"]] += row["missing"]
        for facts, row in self._rows("iqa_items", "status"):
            facts.unanswered[IQA_KEY] += row["status"] == ""
        if of_schools(self.analysis):
            wanted = ("indicator", "criterion", "points", "max", "reason", "to_earn", "sheet", "cell", "page")
            for facts, row in self._rows("criteria", *wanted):
                facts.criteria.append(row)
        wanted = ("indicator", "condition", "found", "resolvable", "resolved", "deducts", "deduction")
        for facts, row in self._rows("conditions", *wanted):
            if row["found"] is True:
                facts.conditions.append(row)
        for facts, row in self._rows("problems", "severity", "file", "sheet", "cell", "message"):
            if row["severity"] == "error":
                facts.errors[row["file"]].append((row["sheet"], row["cell"], row["message"]))


# --- The sheet ---


class _Sheet:
    """The sheet under construction: `row` is the next free one, `used` the height filled on the current page.

    back: the sheet that each card links to, of a sheet of many cards. starts: the first rows of the cards; outer and
    inner: rows that begin a page, with a card or within one. shown: of opportunities, as above.
    """

    def __init__(
        self, book: Book, analysis: Analysis, facts: _Facts, name: Text, back: Text | None, shown: tuple[int, int]
    ):
        self.most, self.least = shown
        self.book = book
        self.analysis = analysis
        self.facts = facts
        self.back = back
        self.row = 0
        self.used = 0.0
        self.short = False
        self.starts: list[int] = []
        self.outer: list[int] = []
        self.inner: list[int] = []
        ws = self.ws = book.sheet(name)
        ws.set_portrait()
        for column, width in enumerate(_WIDTHS):
            ws.set_column(column, column, width)
        self.styles = _styles(book)

    def finish(self) -> None:
        ws, last = self.ws, max(self.row - 1, 0)
        ws.print_area(0, 0, last, _WIDE)
        breaks = sorted(self.outer + self.inner)
        ws.set_h_pagebreaks((breaks if len(breaks) <= MAX_BREAKS else self.outer)[:MAX_BREAKS])
        bar = {"type": "data_bar", "data_bar_2010": True, "bar_solid": True, "bar_color": _BAR}
        bar |= {"bar_no_border": True, "min_type": "num", "max_type": "num", "min_value": 0, "max_value": 100}
        ws.conditional_format(0, _WIDE, last, _WIDE, bar)

    def card(self, unit: Unit) -> None:
        facts = self.facts.of(unit)
        short = not _has_points(unit) and not any(standing.done for standing in unit.standings)
        start = self.row
        # A whole page above, so to say, unless this card may share one.
        above = 0 if not start else self.used if short and self.short else _PAGE
        self.short = short
        self.starts.append(start)
        self.used = 0
        self.heading(unit, facts)
        self.figures(unit)
        self.unusable(unit, facts, link=short)
        if above + self.used > _PAGE:
            self.outer.append(start)
        else:
            self.used += above
        if short:
            self.next(_BETWEEN)
            return
        self.points(unit)
        self.progress(unit)
        deductions = list(self.deduction_rows(facts))
        origins = list(self.origins(facts))
        rest = _SECTION + _ROW + sum(height for _, height in deductions) + _GAP
        rest += _SECTION + len(origins) * _LINE + _GAP if origins else 0
        self.earn(unit, rest)
        self.deductions(unit, deductions)
        self.given(origins)

    # --- Rows ---

    def put(self, column: int, value: Cell, style: str) -> None:
        """A value by its type; None is an empty grey cell."""
        self.book.put(self.ws, self.row, column, value, self.styles[style])

    def next(self, height: float = _ROW) -> None:
        self.ws.set_row(self.row, height)
        self.row += 1
        self.used += height

    def room(self, height: float) -> None:
        """Begin a new page where `height` does not fit on this one."""
        if self.used + height > _PAGE:
            self.inner.append(self.row)
            self.used = 0

    def section(self, text: str, link: bool = False) -> None:
        for column in range(len(_WIDTHS)):
            self.put(column, "", "section")
        self.put(_NO, text, "section")
        if link and self.back:
            name = self.back.get(self.book.lang)
            self.ws.write_url(self.row, _WIDE, f"internal:'{name}'!A1", self.styles["link"], f"↑ {name}")
        self.next(_SECTION)

    def heads(self, *texts: str) -> None:
        """A table's header; its last text runs on to the last column."""
        for column, text in enumerate(texts):
            self.put(column, text, "head_left" if column == _NAME else "head")
        for column in range(len(texts) - 1, len(_WIDTHS)) if len(texts) < len(_WIDTHS) else ():
            self.put(column, texts[-1] if column < len(texts) else "", "head_run")
        self.next()

    def lines(self, texts: Iterable[str], style: str) -> None:
        for text in texts:
            self.put(_NO, text, style)
            self.next()

    # --- Head of the card ---

    def heading(self, unit: Unit, facts: _UnitFacts) -> None:
        book, data, say = self.book, self.analysis.data, self.book.say
        for line in packed([unit.name or unit.code], _WHOLE, _TITLE):
            self.put(_NO, line, "title")
            self.next(30)
        parts = [years(book, self.analysis), years(book, self.analysis, iqa=True)]
        if of_schools(self.analysis):
            parts = [say(f"รหัส {unit.code}", f"code {unit.code}"), unit.standings[0].district, *parts]
        else:
            parts = [data.name, say(f"{len(unit.standings):,} แห่ง", counted(len(unit.standings), "school")), *parts]
        self.lines(packed(filter(None, parts), _WHOLE), "about")
        received = sum(row["status"] != MISSING for row in facts.submissions)
        valid = sum(row["status"] in VALID for row in facts.submissions)
        expected = len(facts.submissions)
        files = say(
            f"แฟ้มที่ได้รับ {received:,} จาก {expected:,} ใช้ได้ {valid:,}",
            f"{received:,} of {counted(expected, 'workbook')} received, {valid:,} valid",
        )
        self.lines(packed([files, *self.unanswered(facts)], _WHOLE), "about")
        self.next(6)

    def unanswered(self, facts: _UnitFacts) -> Iterator[str]:
        """How many inputs are not answered, and of which indicators."""
        say, total = self.book.say, sum(facts.unanswered.values())
        if not total:
            return
        named = [
            f"{measure.short.get(self.book.lang)} ({facts.unanswered[measure.key]:,})"
            for measure in self.analysis.indicators
            if facts.unanswered[measure.key]
        ]
        if steps := facts.unanswered[IQA_KEY]:
            named.append(say(f"ร่องรอย IQA ({steps:,})", f"IQA traces ({steps:,})"))
        yield say(f"ยังไม่กรอก {total:,} ช่อง: ", f"{counted(total, 'input')} not answered: ") + ", ".join(named)

    def figures(self, unit: Unit) -> None:
        """The total, the place among all units, and internal quality assurance."""
        analysis, say = self.analysis, self.book.say
        total = analysis.total
        has, mean = unit.value(total), self.facts.means["total"]
        place, quarter = analysis.place(unit, total), analysis.quartile(unit, total)
        schools = of_schools(analysis)
        if has is None:
            notes = [
                say("ยังไม่มี เพราะแฟ้มไม่ครบหรือมีข้อผิดพลาด", "none yet: a workbook is missing or has errors"),
                say("จัดอันดับเมื่อมีคะแนนรวม", "once there is a total"),
            ]
        else:
            average = say(f"ค่าเฉลี่ย{'ของเขต' if schools else 'รวม'} {mean.value}", f"mean {mean.value}")
            notes = [f"{average} · {_signed(has - mean.value)}"]
            # Many equal values at the top leave no quarters to tell apart.
            grouped = place[1] >= QUARTILES_FROM and (place[0] > 1 or quarter == 4)
            notes.append(QUARTILE_WORDS[quarter].get(self.book.lang) if grouped else "")
        done = [s.done for s in unit.standings if s.done]
        steps = (sum(d[0] for d in done), sum(d[1] for d in done))
        full = f"{total.full:f}"
        tiles: list[tuple[str, Cell, str]] = [
            (say(f"คะแนนรวม (เต็ม {full})", f"Total (of {full})"), has if has is not None else "–", notes[0]),
            (
                say("ร่องรอย IQA (ร้อยละ)", "IQA traces (%)"),
                unit.value(analysis.progress) if done else "–",
                say(
                    f"ดำเนินการแล้ว {steps[0]:,} จาก {steps[1]:,} ขั้น", f"{steps[0]:,} of {counted(steps[1], 'step')} done"
                )
                if done
                else self.nothing,
            ),
            (
                say("อันดับในเขต", "Rank in the district") if schools else say("อันดับ", "Rank"),
                say(f"{place[0]:,} จาก {place[1]:,}", f"{place[0]:,} of {place[1]:,}") if place else "–",
                notes[1],
            ),
        ]
        spans = [(_NO, _NAME), (_FIRST, _DIFFERENCE), (_WIDE, _WIDE)]
        for line, (style, height) in enumerate((("tile", 20), ("big", 34), ("note", 20))):
            for tile, (first, last) in zip(tiles, spans, strict=True):
                if first == last:
                    self.put(first, tile[line], style)
                else:
                    self.ws.merge_range(self.row, first, self.row, last, "", self.styles[style])
                    self.put(first, tile[line], style)
            self.next(height)
        self.next(_GAP)

    def unusable(self, unit: Unit, facts: _UnitFacts, link: bool) -> None:
        """A school's workbooks that are missing or have errors, and why there is no total."""
        if not of_schools(self.analysis):
            return
        bad = [row for row in facts.submissions if row["status"] not in VALID]
        if not bad:
            return
        say = self.book.say
        if unit.value(self.analysis.total) is None:
            text = say("แฟ้มที่ยังใช้ไม่ได้ และทำให้ยังไม่มีคะแนนรวม", "Workbooks not usable, so that there is no total")
        else:
            text = say("แฟ้มที่ยังใช้ไม่ได้", "Workbooks not usable")
        self.section(text, link)
        lang = self.book.lang
        names = {slot.key: slot.name.get(lang) for slot in self.analysis.data.slots}
        missing = [names[row["workbook"]] for row in bad if row["status"] == MISSING]
        if missing:
            self.lines(packed([f"{STATUS_WORDS[MISSING].get(lang)}: {missing[0]}", *missing[1:]], _WHOLE), "plain")
        for row in (row for row in bad if row["status"] != MISSING):
            told = [f"{names[row['workbook']]}: {STATUS_WORDS[row['status']].get(lang)}"]
            if row["workbook"] in unit.standings[0].unusable:
                file, why = unit.standings[0].unusable[row["workbook"]]
                self.lines(packed([*told, f"{Path(file).name}: {why}"], _WHOLE), "plain")
                continue
            errors = facts.errors.get(row["file"], [])
            told += [f"{sheet} {cell}: {message}".strip(" :") for sheet, cell, message in errors[:MAX_ERRORS]]
            if len(errors) > MAX_ERRORS:
                told.append(say(f"และอีก {len(errors) - MAX_ERRORS:,} รายการ", f"and {len(errors) - MAX_ERRORS:,} more"))
            self.lines(packed(told, _WHOLE), "plain")
        self.next(_GAP)

    # --- Points and progress ---

    def points(self, unit: Unit) -> None:
        """Areas with their indicators; an area that the unit has no points in stands alone."""
        say = self.book.say
        self.section(say("คะแนนรายด้านและรายตัวบ่งชี้", "Areas and indicators"), link=True)
        self.heads(
            say("ตบช.", "IND"),
            say("ด้านและตัวบ่งชี้", "Area and indicator"),
            say("คะแนน", "Score"),
            say("เต็ม", "Full"),
            self.mean_head,
            say("ต่าง", "Diff."),
            say("ร้อยละของคะแนนเต็ม", "Percent of full points"),
        )
        for area in self.analysis.areas:
            self.measured(unit, area, area.short.get(self.book.lang), area.name.get(self.book.lang), "area")
            if _value(unit, area) is not None:
                for measure in self.analysis.indicators:
                    if measure.area == area.area:
                        number = self.analysis.data.rubric.indicator(measure.key).number
                        self.measured(unit, measure, int(number), measure.name.get(self.book.lang))
        self.measured(unit, self.analysis.total, "", self.analysis.total.name.get(self.book.lang), "total")
        self.next(_GAP)

    @property
    def nothing(self) -> str:
        return self.book.say("ยังไม่มีแฟ้มที่ใช้ได้", "no valid workbook yet")

    @property
    def mean_head(self) -> str:
        return self.book.say("เฉลี่ยเขต", "Mean") if of_schools(self.analysis) else self.book.say("เฉลี่ยรวม", "Mean")

    def measured(self, unit: Unit, measure: Measure, number: Cell, name: str, kind: str = "row") -> None:
        """A measure's line: score, full points, mean over all schools, difference, percent."""
        has, mean = _value(unit, measure), self.facts.means[measure.key].value
        cells = (has, measure.full, mean, _difference(has, mean), _percent(unit, measure))
        self.line(number, name, cells, kind)

    def line(self, number: Cell, name: str, cells: Iterable[Cell], kind: str) -> None:
        self.put(_NO, number, f"{kind}_count")
        self.put(_NAME, name, f"{kind}_text")
        for column, value in enumerate(cells, start=_FIRST):
            whole = isinstance(value, int) or column == _SECOND
            style = "count" if whole else {_DIFFERENCE: "difference", _WIDE: "percent"}.get(column, "points")
            self.put(column, value, f"{kind}_{style}")
        self.next()

    def progress(self, unit: Unit) -> None:
        """Internal quality assurance by process: steps done, percent, against the mean over all schools."""
        say, analysis = self.book.say, self.analysis
        counts: dict[str, list[int]] = {}
        for standing in unit.standings:
            for process, (done, steps) in standing.progress.items():
                count = counts.setdefault(process, [0, 0])
                count[0] += done
                count[1] += steps
        measures = [(m, counts.get(m.key)) for m in analysis.processes] if counts else []
        self.room(_SECTION + (len(measures) + 1) * _ROW + _GAP)
        self.section(say("ร่องรอยระบบประกันคุณภาพภายใน (IQA) รายกระบวนการ", "Internal QA by process"))
        if not measures:
            self.lines([self.nothing], "plain")
        else:
            self.heads(
                say("ที่", "No."),
                say("กระบวนการ", "Process"),
                say("ทำแล้ว", "Done"),
                say("ทั้งหมด", "Steps"),
                self.mean_head,
                say("ต่าง", "Diff."),
                say("ร้อยละของขั้นที่ดำเนินการแล้ว", "Percent of the steps done"),
            )
        for measure, count in measures:
            has, mean = _value(unit, measure), self.facts.means[measure.key].value
            cells = (*(count or (None, None)), mean, _difference(has, mean), has)
            self.line(measure.key, measure.name.get(self.book.lang), cells, "row")
        self.next(_GAP)

    # --- What would earn more, what was deducted, what points were given for ---

    def earn(self, unit: Unit, rest: float) -> None:
        """The criteria and deductions that cost most, those that cost more first. rest: the height of what follows."""
        say, lang = self.book.say, self.book.lang
        found = self.facts.opportunities[unit.code]
        rows = [(o, self.told(o), o.to_earn.get(lang)) for o in found.listed[: self.most]]
        heights = [_height(told, earn) for _, told, earn in rows]
        notes = self.swallowed(found, rows)
        head = _SECTION + 2 * _ROW + len(notes) * _ROW + _GAP
        fitting = (n for n in range(len(rows), self.least - 1, -1) if head + sum(heights[:n]) + rest <= _PAGE)
        rows = rows[: next(fitting, len(rows))]
        heights = heights[: len(rows)]
        self.room(min(head + sum(heights) + rest, _PAGE))
        self.section(say("โอกาสเพิ่มคะแนน เรียงตามคะแนนที่ขาด", "Where most points can be earned"))
        if notes:
            self.lines(notes, "small")
        if not rows:
            text = say("ได้คะแนนเต็มทุกข้อที่มีข้อมูล", "full points in all that has data")
            self.lines([text if _has_points(unit) else self.nothing], "plain")
            self.next(_GAP)
            return
        self.heads(
            say("ที่", "No."),
            say("ข้อ", "Criterion"),
            say("ได้", "Has"),
            say("เต็ม", "Full"),
            say("ขาด", "Lacks"),
            say("สะสม", "So far"),
            say("สิ่งที่จะเพิ่มคะแนน", "What would earn it"),
        )
        for number, ((opportunity, told, words), height) in enumerate(zip(rows, heights, strict=True), start=1):
            self.room(height)
            so_far = found.together(o for o, _, _ in rows[:number])
            self.put(_NO, number, "top_count")
            self.put(_NAME, told, "top_text")
            figures = (_rounded(opportunity.points), opportunity.max, _rounded(opportunity.gain), _rounded(so_far))
            for column, value in enumerate(figures, start=_FIRST):
                self.put(column, value, "top_count" if column == _SECOND else "top_points")
            self.put(_WIDE, words, "top_text")
            self.next(height)
        left = len(found.listed) - len(rows)
        if left:
            so_far = found.together(o for o, _, _ in rows)
            gain = _rounded(found.together(found.listed)) - _rounded(so_far)
            note = say(f"อีก {left:,} รายการ รวม {gain:.2f} คะแนน", f"{left:,} more, of {gain:.2f} points together")
            if notes:
                note += say(" เมื่อทำทุกข้อข้างต้นด้วย", ", once all above is done")
            self.lines([note], "small")
        self.next(_GAP)

    def swallowed(self, found: Opportunities, rows: list[tuple[Opportunity, str, str]]) -> list[str]:
        """What is said where doing one thing alone earns less than it lacks."""
        named = dict.fromkeys(o.indicator.number for o, _, _ in rows if found.swallowed(o.indicator))
        if not named:
            return []
        numbers = ", ".join(named)
        note = self.book.say(
            f"ตบช. {numbers} ถูกลดมากกว่าคะแนนที่ได้: “ขาด” คือคะแนนสุทธิที่เพิ่มเมื่อทำข้อนั้นข้อเดียว “สะสม” คือเมื่อทำทุกข้อตั้งแต่ต้น",
            f"IND {numbers}: more is deducted than was earned. “Lacks” is what one thing alone adds to the net score, "
            "“So far” all of them down to it.",
        )
        return packed([note], _WHOLE, _SMALL)

    def told(self, opportunity: Opportunity) -> str:
        """An opportunity's indicator, criterion and label."""
        number, lang = opportunity.indicator.number, self.book.lang
        ids = ", ".join(opportunity.ids)
        if opportunity.deduction:
            start = self.book.say(f"ตบช.{number} หักคะแนน {ids}", f"IND{number} deduction {ids}")
        else:
            start = self.book.say(f"ตบช.{number} ข้อ {ids}", f"IND{number}.{ids}")
        return f"{start} {opportunity.label.get(lang)}"

    def deduction_rows(self, facts: _UnitFacts) -> Iterator[tuple[tuple[str, str, Decimal, str], float]]:
        """(number, condition, points, what was found) of each condition found, with the row's height."""
        rubric, lang = self.analysis.data.rubric, self.book.lang
        ordered = sorted(
            facts.conditions, key=lambda row: (int(rubric.indicator(row["indicator"]).number), row["condition"])
        )
        for (indicator_id, condition_id), rows in groupby(
            ordered, key=lambda row: (row["indicator"], row["condition"])
        ):
            indicator = rubric.indicator(indicator_id)
            condition = next(c for c in indicator.conditions if c.id == condition_id)
            kept = list(rows)
            points = decimal(sum(row["deduction"] for row in kept))
            words = self.found_in(kept) if not of_schools(self.analysis) else self.found(kept[0])
            name = f"{condition_id} {condition.label.get(lang)}"
            yield (indicator.number, name, -points, words), _height(name, "")

    def found(self, row: dict[str, Any]) -> str:
        """What a school's condition found came to."""
        say = self.book.say
        if not row["resolvable"]:
            told = say("พบ", "found")
        elif row["resolved"] is True:
            return say("พบ และแก้ไขแล้ว จึงไม่หักคะแนน", "found and resolved: nothing is deducted")
        elif row["resolved"] is False:
            told = say("พบ และยังไม่ได้แก้ไข", "found, not resolved")
        else:
            told = say("พบ ยังไม่ได้กรอกการแก้ไข", "found, the resolution is not answered")
        if row["deducts"] is True and not row["deduction"]:
            told += say(" (หักพร้อมเงื่อนไขก่อนหน้าแล้ว)", " (deducted with the one above)")
        return told

    def found_in(self, rows: list[dict[str, Any]]) -> str:
        """In how many of a district's schools a condition was found, and how many it costs points."""
        costs = sum(row["deducts"] is True for row in rows)
        return self.book.say(
            f"พบ {len(rows):,} แห่ง มีผลหัก {costs:,} แห่ง",
            f"found in {counted(len(rows), 'school')}, deducts in {costs:,}",
        )

    def deductions(self, unit: Unit, rows: list[tuple[tuple[str, str, Decimal, str], float]]) -> None:
        say = self.book.say
        self.room(min(_SECTION + _ROW + sum(height for _, height in rows), _PAGE))
        self.section(say("การหักคะแนน", "Deductions"))
        if not rows:
            none = say("ไม่พบเงื่อนไขการหักคะแนน", "no condition found")
            self.lines([none if _has_points(unit) else self.nothing], "plain")
        else:
            self.heads(
                say("ตบช.", "IND"), say("เงื่อนไข", "Condition"), say("คะแนน", "Points"), say("ผลการตรวจ", "Finding")
            )
        for (number, name, points, words), height in rows:
            self.put(_NO, int(number), "top_count")
            self.put(_NAME, name, "top_text")
            self.put(_FIRST, points, "top_points")
            self.put(_SECOND, words, "run")
            for column in (_MEAN, _DIFFERENCE, _WIDE):
                self.put(column, "", "run_end" if column == _WIDE else "run")
            self.next(height)
        self.next(_GAP)

    def origins(self, facts: _UnitFacts) -> Iterator[tuple[str, str]]:
        """(indicator's number or nothing, line) of what the points were given for."""
        rubric = self.analysis.data.rubric
        for indicator_id, rows in groupby(facts.criteria, key=lambda row: row["indicator"]):
            number = rubric.indicator(indicator_id).number
            for line in packed([self.given_for(kept) for kept in _alike(rows)], _REST, _SMALL):
                yield number, line
                number = ""

    def given_for(self, rows: list[dict[str, Any]]) -> str:
        """Criteria that earned alike for the same reason."""
        ids, first = ", ".join(row["criterion"] for row in rows), rows[0]
        each = self.book.say("ข้อละ ", "each ") if len(rows) > 1 else ""
        start = self.book.say(f"ข้อ {ids}", ids)
        return f"{start}: {each}{first['points']:.2f}/{first['max']:g} ({first['reason']})"

    def given(self, lines: list[tuple[str, str]]) -> None:
        """What the points were given for, with a rule above each area."""
        if not lines:
            return
        rubric = self.analysis.data.rubric
        areas = {indicator.number: indicator.area for indicator in rubric.indicators}
        self.room(min(_SECTION + len(lines) * _LINE, _PAGE))
        self.section(self.book.say("คะแนนแต่ละข้อได้มาจาก", "What the points were given for"))
        area = None
        for number, line in lines:
            style = "plain_line"
            if number and areas[number] != area:
                area, style = areas[number], "ruled_line"
                for column in (_NO, *range(_FIRST, len(_WIDTHS))):
                    self.put(column, "", style)
            if number:
                self.put(_NO, int(number), f"{style}_number")
            self.put(_NAME, line, style)
            self.next(_LINE)
        self.next(_GAP)


def _styles(book: Book) -> dict[str, Format]:
    """Every format of the sheet by name."""
    navy, grey, line = f"#{NAVY}", "#404040", f"#{LINE}"
    tile = {"align": "center", "bg_color": f"#{PALE}", "left": 5, "right": 5}
    tile |= {"left_color": "#FFFFFF", "right_color": "#FFFFFF"}
    styles = {
        "title": book.format(bold=True, font_size=_TITLE, font_color=navy),
        "about": book.format(font_color=grey),
        "plain": book.format(),
        "small": book.format(font_color=f"#{GREY}"),
        "section": book.format(bold=True, font_size=15, font_color=navy, bottom=2, bottom_color=navy),
        "link": book.format(font_color="#1F4E9E", underline=1, align="right", bottom=2, bottom_color=navy),
        "tile": book.format(**tile, bold=True, font_color=navy),
        "big": book.format(**tile, bold=True, font_size=26, font_color=navy, num_format="0.00"),
        "note": book.format(**tile, font_color=grey),
        "head": book.header(text_wrap=False),
        "head_run": book.format(bold=True, align="left", indent=1, font_color="#FFFFFF", bg_color=navy),
        "head_left": book.header(text_wrap=False, align="left", indent=1),
        "run": book.format(
            font_size=_SMALL, align="left", indent=1, valign="top", top=1, top_color=line, bottom=1, bottom_color=line
        ),
        "run_end": book.format(top=1, top_color=line, bottom=1, bottom_color=line, right=1, right_color=line),
    }
    for name, rule in (("plain_line", {}), ("ruled_line", {"top": 1, "top_color": line})):
        styles[name] = book.format(font_size=_SMALL, **rule)
        styles[f"{name}_number"] = book.format(font_size=_SMALL, align="center", bold=True, **rule)
    kinds: dict[str, dict[str, Any]] = {
        "row": {},
        "area": {"bold": True, "bg_color": f"#{SOFT}"},
        "total": {"bold": True, "bg_color": f"#{PALE}"},
        "top": {"valign": "top", "font_size": _SMALL},
    }
    for kind, look in kinds.items():
        wrap = {"text_wrap": True, "align": "left"} if kind == "top" else {"shrink": True}
        styles[f"{kind}_text"] = book.boxed(**look, **wrap, indent=2 if kind == "row" else 1)
        styles[f"{kind}_count"] = book.boxed(**look, align="center", num_format="#,##0")
        styles[f"{kind}_points"] = book.boxed(**look, align="center", num_format="0.00")
        styles[f"{kind}_difference"] = book.boxed(**look, align="center", num_format=_DIFFERENCES)
        styles[f"{kind}_percent"] = book.boxed(**look, align="right", num_format="0.00", indent=1)
    return styles


# --- All criteria, in a workbook of one school ---


def _write_criteria(book: Book, analysis: Analysis, facts: _UnitFacts) -> None:
    """Every criterion of the school with its points, its reason and the cell that it was read from."""
    rubric, lang = analysis.data.rubric, book.lang
    ws = book.sheet(CRITERIA, years(book, analysis))
    columns = [
        Column(Text("ตบช.", "IND"), 9, kind="count"),
        Column(Text("ตัวบ่งชี้", "Indicator"), 26, 34),
        Column(Text("ข้อ", "No."), 7, kind="code"),
        Column(Text("เกณฑ์", "Criterion"), 34, 48),
        Column(Text("คะแนน", "Points"), 10, kind="points"),
        Column(Text("เต็ม", "Full"), 9, kind="points"),
        Column(Text("ขาด", "Lacks"), 9, kind="points"),
        Column(Text("ได้เพราะ", "Given for"), 30, 46),
        Column(Text("สิ่งที่จะเพิ่มคะแนน", "What would earn the rest"), 30, 50),
        Column(Text("แผ่นงาน", "Sheet"), 11, 16),
        Column(Text("เซลล์", "Cell"), 9, kind="centre"),
        Column(Text("หน้า", "Page"), 9, kind="code"),
    ]
    rows: list[list[Cell]] = []
    for row in facts.criteria:
        indicator = rubric.indicator(row["indicator"])
        label = indicator.criterion(row["criterion"]).label.get(lang)
        points = [decimal(row["points"]), decimal(row["max"]), decimal(row["max"]) - decimal(row["points"])]
        start: list[Cell] = [int(indicator.number), indicator.name.get(lang), row["criterion"], label]
        rows.append([*start, *points, row["reason"], row["to_earn"], row["sheet"], row["cell"], row["page"]])
    book.table(ws, 3, columns, rows, frozen=3)


# --- Small things ---


def _alike(rows: Iterable[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Rows with the same points for the same reason, in the order of the first of each."""
    kept: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for row in rows:
        kept.setdefault((row["points"], row["max"], row["reason"]), []).append(row)
    return list(kept.values())


def _height(name: str, words: str) -> float:
    """The height of a row whose texts are wrapped in the two wide columns. Thai breaks between words that no space
    parts."""
    counts = [
        max(
            math.ceil(room_of(text, _SMALL) / ((width - 1.5) * 0.95)),
            0 if _THAI.search(text) else len(packed([text], width - 1.5, _SMALL)),
            1,
        )
        for text, width in ((name, _WIDTHS[_NAME]), (words, _WIDTHS[_WIDE]))
    ]
    return max(counts) * _WRAPPED + 2


def _has_points(unit: Unit) -> bool:
    return any(standing.scores for standing in unit.standings)


def _difference(has: Decimal | None, mean: Decimal | None) -> Decimal | None:
    """Between the figures as they are shown, so that it can be followed on paper."""
    return None if has is None or mean is None else has - mean


def _signed(number: Decimal) -> str:
    return f"{number:+.2f}" if number else "0.00"


def _value(unit: Unit, measure: Measure) -> Decimal | None:
    """A unit's figure, half up to 2 decimals."""
    if len(unit.standings) > 1:
        return unit.value(measure)
    has = measure.of(unit.standings[0])
    return _rounded(has) if isinstance(has, Fraction) else has


def _percent(unit: Unit, measure: Measure) -> Decimal | None:
    if len(unit.standings) > 1:
        return unit.mean(measure).percent
    has = measure.of(unit.standings[0])
    return None if has is None else _share(has, measure.full)


@lru_cache(maxsize=65_536)
def _share(points: Decimal, full: Decimal) -> Decimal:
    """Percent of the full points."""
    return Mean(Fraction(points), full, 1).percent
