"""บัตรคะแนน: the cards of all units on one sheet, one below another, or each school's in a workbook of its own.

A card takes two pages of A4 portrait, or three where much can be earned; those of units without a valid workbook are
short and share pages. Lists whose texts run on (what points were given for, what is wrong with a file) are broken into
lines here and written one line a row, so that no cell is merged and no height guessed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any

from qa_excel.district.analysis import Analysis, Measure, Unit, decimal
from qa_excel.district.merging import IQA_KEY, MISSING, VALID
from qa_excel.district.opportunities import Opportunities, Opportunity
from qa_excel.files.book import Book, Cell
from qa_excel.kinds.outcome import half_up
from qa_excel.problems import STATUS_WORDS
from qa_excel.summary.card_facts import (
    Facts,
    UnitFacts,
    alike,
    difference_of,
    has_points,
    percent_of,
    rounded_once,
    signed,
    value_of,
)
from qa_excel.summary.card_page import (
    DIFFERENCE,
    FIRST,
    GAP,
    LINE_HEIGHT,
    MEAN,
    NAME,
    NO,
    PAGE,
    REST,
    ROW,
    SECOND,
    SECTION,
    SMALL,
    TITLE,
    WIDE,
    WIDTHS,
    WRAPPED,
    CardPage,
)
from qa_excel.summary.lines import packed, room_of
from qa_excel.summary.parts import of_schools, score_sheet, years
from qa_excel.thai.text import Text
from qa_excel.thai.words import counted

CARDS = Text("บัตรคะแนนโรงเรียน", "School cards")
DISTRICT_CARDS = Text("บัตรคะแนนเขต", "District cards")
CRITERIA = Text("คะแนนรายข้อ", "Criteria")

AMONG_OTHERS, IN_FILE = (10, 6), (30, 30)
"""Opportunities on a card among others and in a workbook of its own: the most, and to how few they may be cut down
where the card then takes two pages."""
MAX_ERRORS = 3
"""Errors of a workbook that a card quotes."""
QUARTILES_FROM = 4
"""Units among which quartiles mean something."""

_BETWEEN = 24
"""Height between two short cards on a page."""
WHOLE = sum(WIDTHS) - 2

_THAI = re.compile("[ก-๙]")

_Deduction = tuple[str, str, Decimal, str, float]
"""An indicator's number, the condition, its points, what was found, and the height of the row."""


QUARTILE_WORDS = {
    4: Text("กลุ่มคะแนนสูงสุด (สูงกว่าควอร์ไทล์ที่ 3)", "top quarter (above the third quartile)"),
    3: Text("กลุ่มค่อนข้างสูง (สูงกว่ามัธยฐาน)", "upper middle (above the median)"),
    2: Text("กลุ่มค่อนข้างต่ำ (ไม่เกินมัธยฐาน)", "lower middle (up to the median)"),
    1: Text("กลุ่มคะแนนต่ำสุด (ไม่เกินควอร์ไทล์ที่ 1)", "lowest quarter (up to the first quartile)"),
}


def write_cards(book: Book, analysis: Analysis) -> dict[str, str]:
    """Add the sheet of all cards, each with a link back to the sheet of scores; returns unit → link to its card."""
    name = CARDS if of_schools(analysis) else DISTRICT_CARDS
    sheet = CardSheet(book, analysis, Facts(analysis), name, score_sheet(analysis), AMONG_OTHERS)
    links = {}
    for unit in analysis.units:
        links[unit.code] = f"internal:'{name.get(book.lang)}'!A{sheet.row + 1}"
        sheet.card(unit)
    sheet.finish()
    return links


class CardSheet(CardPage):
    """The sheet under construction: `row` is the next free one, `used` the height filled on the current page.

    back: the sheet that each card links to, of a sheet of many cards. outer and inner: rows that begin a page,
    with a card or within one. shown: of opportunities, as above.
    """

    def card(self, unit: Unit) -> None:
        facts = self.facts.of(unit)
        short = not has_points(unit) and not any(standing.done for standing in unit.standings)
        start = self.row
        # A whole page above, so to say, unless this card may share one.
        above = 0 if not start else self.used if short and self.short else PAGE
        self.short = short
        self.used = 0
        self.heading(unit, facts)
        self.figures(unit)
        self.unusable(unit, facts, link=short)
        if above + self.used > PAGE:
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
        rest = SECTION + ROW + sum(height for *_, height in deductions) + GAP
        rest += SECTION + len(origins) * LINE_HEIGHT + GAP if origins else 0
        self.earn(unit, rest)
        self.deductions(unit, deductions)
        self.given(origins)

    # --- Head of the card ---

    def heading(self, unit: Unit, facts: UnitFacts) -> None:
        book, data, say = self.book, self.analysis.data, self.book.say
        for line in packed([unit.name or unit.code], WHOLE, TITLE):
            self.put(NO, line, "title")
            self.next(30)
        parts = [years(book, self.analysis), years(book, self.analysis, iqa=True)]
        if of_schools(self.analysis):
            parts = [say(f"รหัส {unit.code}", f"code {unit.code}"), unit.standings[0].district, *parts]
        else:
            parts = [data.name, say(f"{len(unit.standings):,} แห่ง", counted(len(unit.standings), "school")), *parts]
        self.lines(packed(filter(None, parts), WHOLE), "about")
        received = sum(row.status != MISSING for row in facts.submissions)
        valid = sum(row.status in VALID for row in facts.submissions)
        expected = len(facts.submissions)
        files = say(
            f"แฟ้มที่ได้รับ {received:,} จาก {expected:,} ใช้ได้ {valid:,}",
            f"{received:,} of {counted(expected, 'workbook')} received, {valid:,} valid",
        )
        self.lines(packed([files, *self.unanswered(facts)], WHOLE), "about")
        self.next(6)

    def unanswered(self, facts: UnitFacts) -> Iterator[str]:
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
        total, schools = analysis.total, of_schools(analysis)
        has, mean = unit.value(total), self.facts.means["total"].value
        place, quarter = analysis.place(unit, total), analysis.quartile(unit, total)
        against = say("ยังไม่มี เพราะแฟ้มไม่ครบหรือมีข้อผิดพลาด", "none yet: a workbook is missing or has errors")
        group = say("จัดอันดับเมื่อมีคะแนนรวม", "once there is a total")
        if has is not None and mean is not None:
            average = say(f"ค่าเฉลี่ย{'ของเขต' if schools else 'รวม'} {mean}", f"mean {mean}")
            against = f"{average} · {signed(has - mean)}"
        if place and quarter:
            # Many equal values at the top leave no quarters to tell apart.
            grouped = place[1] >= QUARTILES_FROM and (place[0] > 1 or quarter == 4)
            group = QUARTILE_WORDS[quarter].get(self.book.lang) if grouped else ""
        done, steps = (sum(part) for part in zip((0, 0), *(s.done for s in unit.standings if s.done), strict=True))
        progress = say(f"ดำเนินการแล้ว {done:,} จาก {steps:,} ขั้น", f"{done:,} of {counted(steps, 'step')} done")
        full = f"{total.full:f}"
        tiles: list[tuple[str, Cell, str]] = [
            (say(f"คะแนนรวม (เต็ม {full})", f"Total (of {full})"), "–" if has is None else has, against),
            (
                say("ร่องรอย IQA (ร้อยละ)", "IQA traces (%)"),
                unit.value(analysis.progress) if steps else "–",
                progress if steps else self.nothing,
            ),
            (
                say("อันดับในเขต", "Rank in the district") if schools else say("อันดับ", "Rank"),
                say(f"{place[0]:,} จาก {place[1]:,}", f"{place[0]:,} of {place[1]:,}") if place else "–",
                group,
            ),
        ]
        spans = [(NO, NAME), (FIRST, DIFFERENCE), (WIDE, WIDE)]
        for line, (style, height) in enumerate((("tile", 20), ("big", 34), ("note", 20))):
            for tile, (first, last) in zip(tiles, spans, strict=True):
                if first < last:
                    self.ws.merge_range(self.row, first, self.row, last, "", self.styles[style])
                self.put(first, tile[line], style)
            self.next(height)
        self.next(GAP)

    def unusable(self, unit: Unit, facts: UnitFacts, link: bool) -> None:
        """A school's workbooks that are missing or have errors, and why there is no total."""
        if not of_schools(self.analysis):
            return
        bad = [row for row in facts.submissions if row.status not in VALID]
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
        missing = [names[row.workbook] for row in bad if row.status == MISSING]
        if missing:
            self.lines(packed([f"{STATUS_WORDS[MISSING].get(lang)}: {missing[0]}", *missing[1:]], WHOLE), "plain")
        for row in (row for row in bad if row.status != MISSING):
            told = [f"{names[row.workbook]}: {STATUS_WORDS[row.status].get(lang)}"]
            if row.workbook in unit.standings[0].unusable:
                file, why = unit.standings[0].unusable[row.workbook]
                self.lines(packed([*told, f"{Path(file).name}: {why}"], WHOLE), "plain")
                continue
            errors = facts.errors.get(row.file, [])
            told += [f"{sheet} {cell}: {message}".strip(" :") for sheet, cell, message in errors[:MAX_ERRORS]]
            if len(errors) > MAX_ERRORS:
                told.append(say(f"และอีก {len(errors) - MAX_ERRORS:,} รายการ", f"and {len(errors) - MAX_ERRORS:,} more"))
            self.lines(packed(told, WHOLE), "plain")
        self.next(GAP)

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
            if value_of(unit, area) is not None:
                for measure in self.analysis.indicators:
                    if measure.area == area.area:
                        number = self.analysis.data.rubric.indicator(measure.key).number
                        self.measured(unit, measure, int(number), measure.name.get(self.book.lang))
        self.measured(unit, self.analysis.total, "", self.analysis.total.name.get(self.book.lang), "total")
        self.next(GAP)

    @property
    def mean_head(self) -> str:
        return self.book.say("เฉลี่ยเขต", "Mean") if of_schools(self.analysis) else self.book.say("เฉลี่ยรวม", "Mean")

    def measured(self, unit: Unit, measure: Measure, number: Cell, name: str, kind: str = "row") -> None:
        """A measure's line: score, full points, mean over all schools, difference, percent."""
        has, mean = value_of(unit, measure), self.facts.means[measure.key].value
        cells = (has, measure.full, mean, difference_of(has, mean), percent_of(unit, measure))
        self.line(number, name, cells, kind)

    def line(self, number: Cell, name: str, cells: Iterable[Cell], kind: str) -> None:
        self.put(NO, number, f"{kind}_count")
        self.put(NAME, name, f"{kind}_text")
        for column, value in enumerate(cells, start=FIRST):
            whole = isinstance(value, int) or column == SECOND
            style = "count" if whole else {DIFFERENCE: "difference", WIDE: "percent"}.get(column, "points")
            self.put(column, value, f"{kind}_{style}")
        self.next()

    def progress(self, unit: Unit) -> None:
        """Internal quality assurance by process: steps done, percent, against the mean over all schools."""
        say = self.book.say
        measures = self.analysis.processes if any(standing.progress for standing in unit.standings) else ()
        self.room(SECTION + (len(measures) + 1) * ROW + GAP)
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
        for measure in measures:
            has, mean = value_of(unit, measure), self.facts.means[measure.key].value
            parts = (s.progress[measure.key] for s in unit.standings if measure.key in s.progress)
            done_and_steps = tuple(map(sum, zip(*parts, strict=True))) or (None, None)
            cells = (*done_and_steps, mean, difference_of(has, mean), has)
            self.line(measure.key, measure.name.get(self.book.lang), cells, "row")
        self.next(GAP)

    # --- What would earn more, what was deducted, what points were given for ---

    def earn(self, unit: Unit, rest: float) -> None:
        """The criteria and deductions that cost most, those that cost more first. rest: the height of what follows."""
        say, lang = self.book.say, self.book.lang
        found = self.facts.opportunities[unit.code]
        rows = [(o, self.told(o), o.to_earn.get(lang)) for o in found.listed[: self.most]]
        heights = [_height(told, earn) for _, told, earn in rows]
        notes = self.swallowed(found, rows)
        head = SECTION + 2 * ROW + len(notes) * ROW + GAP
        fitting = (n for n in range(len(rows), self.least - 1, -1) if head + sum(heights[:n]) + rest <= PAGE)
        rows = rows[: next(fitting, len(rows))]
        heights = heights[: len(rows)]
        self.room(min(head + sum(heights) + rest, PAGE))
        self.section(say("โอกาสเพิ่มคะแนน เรียงตามคะแนนที่ขาด", "Where most points can be earned"))
        if notes:
            self.lines(notes, "small")
        if not rows:
            text = say("ได้คะแนนเต็มทุกข้อที่มีข้อมูล", "full points in all that has data")
            self.lines([text if has_points(unit) else self.nothing], "plain")
            self.next(GAP)
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
            self.put(NO, number, "top_count")
            self.put(NAME, told, "top_text")
            figures = (
                rounded_once(opportunity.points),
                opportunity.max,
                rounded_once(opportunity.gain),
                rounded_once(so_far),
            )
            for column, value in enumerate(figures, start=FIRST):
                self.put(column, value, "top_count" if column == SECOND else "top_points")
            self.put(WIDE, words, "top_text")
            self.next(height)
        left = len(found.listed) - len(rows)
        if left:
            so_far = found.together(o for o, _, _ in rows)
            gain = half_up(found.together(found.listed)) - half_up(so_far)
            note = say(f"อีก {left:,} รายการ รวม {gain:.2f} คะแนน", f"{left:,} more, of {gain:.2f} points together")
            if notes:
                note += say(" เมื่อทำทุกข้อข้างต้นด้วย", ", once all above is done")
            self.lines([note], "small")
        self.next(GAP)

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
        return packed([note], WHOLE, SMALL)

    def told(self, opportunity: Opportunity) -> str:
        """An opportunity's indicator, criterion and label."""
        number, lang = opportunity.indicator.number, self.book.lang
        ids = ", ".join(opportunity.ids)
        if opportunity.deduction:
            start = self.book.say(f"ตบช.{number} หักคะแนน {ids}", f"IND{number} deduction {ids}")
        else:
            start = self.book.say(f"ตบช.{number} ข้อ {ids}", f"IND{number}.{ids}")
        return f"{start} {opportunity.label.get(lang)}"

    def deduction_rows(self, facts: UnitFacts) -> Iterator[_Deduction]:
        """Each condition found."""
        rubric, lang = self.analysis.data.rubric, self.book.lang
        ordered = sorted(facts.conditions, key=lambda row: (int(rubric.indicator(row.indicator).number), row.condition))
        for (indicator_id, condition_id), rows in groupby(ordered, key=lambda row: (row.indicator, row.condition)):
            indicator = rubric.indicator(indicator_id)
            condition = next(c for c in indicator.conditions if c.id == condition_id)
            kept = list(rows)
            points = decimal(sum(row.deduction for row in kept))
            words = self.found_in(kept) if not of_schools(self.analysis) else self.found(kept[0])
            name = f"{condition_id} {condition.label.get(lang)}"
            yield indicator.number, name, -points, words, _height(name, "")

    def found(self, row: Any) -> str:
        """What a school's condition found came to."""
        say = self.book.say
        if not row.resolvable:
            told = say("พบ", "found")
        elif row.resolved is True:
            return say("พบ และแก้ไขแล้ว จึงไม่หักคะแนน", "found and resolved: nothing is deducted")
        elif row.resolved is False:
            told = say("พบ และยังไม่ได้แก้ไข", "found, not resolved")
        else:
            told = say("พบ ยังไม่ได้กรอกการแก้ไข", "found, the resolution is not answered")
        if row.deducts is True and not row.deduction:
            told += say(" (หักพร้อมเงื่อนไขก่อนหน้าแล้ว)", " (deducted with the one above)")
        return told

    def found_in(self, rows: Sequence[Any]) -> str:
        """In how many of a district's schools a condition was found, and how many it costs points."""
        costs = sum(row.deducts is True for row in rows)
        return self.book.say(
            f"พบ {len(rows):,} แห่ง มีผลหัก {costs:,} แห่ง",
            f"found in {counted(len(rows), 'school')}, deducts in {costs:,}",
        )

    def deductions(self, unit: Unit, rows: list[_Deduction]) -> None:
        say = self.book.say
        self.room(min(SECTION + ROW + sum(height for *_, height in rows), PAGE))
        self.section(say("การหักคะแนน", "Deductions"))
        if not rows:
            none = say("ไม่พบเงื่อนไขการหักคะแนน", "no condition found")
            self.lines([none if has_points(unit) else self.nothing], "plain")
        else:
            self.heads(
                say("ตบช.", "IND"), say("เงื่อนไข", "Condition"), say("คะแนน", "Points"), say("ผลการตรวจ", "Finding")
            )
        for number, name, points, words, height in rows:
            self.put(NO, int(number), "top_count")
            self.put(NAME, name, "top_text")
            self.put(FIRST, points, "top_points")
            self.put(SECOND, words, "run")
            for column in (MEAN, DIFFERENCE, WIDE):
                self.put(column, "", "run_end" if column == WIDE else "run")
            self.next(height)
        self.next(GAP)

    def origins(self, facts: UnitFacts) -> Iterator[tuple[str, str]]:
        """(indicator's number or nothing, line) of what the points were given for."""
        rubric = self.analysis.data.rubric
        for indicator_id, rows in groupby(facts.criteria, key=lambda row: row.indicator):
            number = rubric.indicator(indicator_id).number
            for line in packed([self.given_for(kept) for kept in alike(rows)], REST, SMALL):
                yield number, line
                number = ""

    def given_for(self, rows: Sequence[Any]) -> str:
        """Criteria that earned alike for the same reason."""
        ids, first = ", ".join(row.criterion for row in rows), rows[0]
        each = self.book.say("ข้อละ ", "each ") if len(rows) > 1 else ""
        start = self.book.say(f"ข้อ {ids}", ids)
        return f"{start}: {each}{first.points:.2f}/{first.max:g} ({first.reason})"

    def given(self, lines: list[tuple[str, str]]) -> None:
        """What the points were given for, with a rule above each area."""
        if not lines:
            return
        rubric = self.analysis.data.rubric
        areas = {indicator.number: indicator.area for indicator in rubric.indicators}
        self.room(min(SECTION + len(lines) * LINE_HEIGHT, PAGE))
        self.section(self.book.say("คะแนนแต่ละข้อได้มาจาก", "What the points were given for"))
        area = None
        for number, line in lines:
            style = "plain_line"
            if number and areas[number] != area:
                area, style = areas[number], "ruled_line"
                for column in (NO, *range(FIRST, len(WIDTHS))):
                    self.put(column, "", style)
            if number:
                self.put(NO, int(number), f"{style}_number")
            self.put(NAME, line, style)
            self.next(LINE_HEIGHT)
        self.next(GAP)


def _height(name: str, words: str) -> float:
    """The height of a row whose texts are wrapped in the two wide columns. Thai breaks between words that no space
    parts."""
    counts = [
        max(
            math.ceil(room_of(text, SMALL) / ((width - 1.5) * 0.95)),
            0 if _THAI.search(text) else len(packed([text], width - 1.5, SMALL)),
            1,
        )
        for text, width in ((name, WIDTHS[NAME]), (words, WIDTHS[WIDE]))
    ]
    return max(counts) * WRAPPED + 2
