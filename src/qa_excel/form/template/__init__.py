"""The template: the workbook that a school fills in, built by openpyxl from the layout.

`building` makes the workbook. `styles` holds the styles of cells (colours and sizes are in `files.look`), `wording`
guidance, headings and what to enter, `natives` Excel's own formulas and validations, `painter` what any sheet takes,
`sheets` the sheets themselves. `wording` is read by `form.printed` too, and loads no package.
"""
