"""The template: the workbook that a school fills in, built by openpyxl from the layout.

`building` makes the workbook. `look` holds colours and sizes, `styles` the styles of cells, `wording` the texts,
`natives` Excel's own formulas and validations, `painter` what any sheet takes, `sheets` the sheets themselves.
`look` and `wording` are read elsewhere too, and load no package.
"""
