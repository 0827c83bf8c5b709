"""The colours of reports: few, told apart by colour-blind readers and in print, shared by page, SVG and workbook.

Blue, orange and grey differ in hue and in lightness (after Okabe and Ito 2008); no meaning hangs on colour alone.
"""

INK = "#1b2733"
MUTED = "#5b6772"
RULE = "#dfe3e8"
MAIN = "#1f5f99"
MAIN_SOFT = "#d5e3f0"
TARGET = "#c2571a"
COMPARE = "#9aa5b1"
"""Grey, dashed where it is a line: what was, next to what is."""

FONT = "Inter, 'Segoe UI', 'Helvetica Neue', Arial, 'Liberation Sans', sans-serif"
