"""The tidy tables: what a row says of its source."""

from __future__ import annotations

from helpers.received import analysed, sample_results, sample_roster
from qa_excel.district.merging import merge


def test_a_criterion_names_the_interpretations_of_its_items_too():
    data = analysed(merge(sample_results(), sample_roster())).data
    named = {(row.indicator, row.criterion): row.interpretations.split() for row in data["criteria"].itertuples()}
    several = 0
    for indicator in data.rubric.indicators:
        for criterion in indicator.criteria:
            parts = (criterion, *criterion.items)
            assert set(named[indicator.id, criterion.id]) == {i for part in parts for i in part.interpretations}
            several += len(named[indicator.id, criterion.id]) > len(set(criterion.interpretations))
        assert all(len(ids) == len(set(ids)) for ids in named.values())
    assert several
