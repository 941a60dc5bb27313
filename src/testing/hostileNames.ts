/** Names that mean something to a page, a drawing, a prototype, a spreadsheet, a terminal, a shell or a file system, by what they try. All are allowed as names of runs. */
export const hostileNames: Record<string, string> = {
  'HTML': '<img src=x onerror="globalThis.hostile=1"><b>bold',
  'script': '"><script>globalThis.hostile=1<\u2215script>',
  'SVG': "'><svg onload=globalThis.hostile=1><text>",
  'address': 'javascript:globalThis.hostile=1',
  'entities': '&lt;img src=x onerror=globalThis.hostile=1&gt;',
  'template': '${globalThis.hostile=1} {{constructor.constructor("hostile=1")()}} {0}',
  'right to left': '\u202egnp.exe\u2066 \u0627\u0644\u0639\u0631\u0628\u064a\u0629',
  'prototype': '__proto__',
  'constructor': 'constructor',
  'formula': '=HYPERLINK("http:\u2215\u2215example.org","x")',
  'formula, at': '@SUM(1+1)*cmd|" \u2215C calc"!A0',
  'shell': '$(touch hostile); `id` && rm -rf ~',
  'device': 'con.json',
  'dots': 'a..%2f..%2fetc',
  'long': 'w'.repeat(190),
};

/** Sequences that a terminal obeys: a title, a colour that stays, a cleared screen, a cursor that goes back, in both spellings of the escape. No name of a run may hold them. */
export const terminalOrders = ['\u001b]0;title\u0007', '\u001b[31m', '\u001b[2J\u001b[H', '\u009b2J', 'over\rwritten', 'ab\b\bcd'];
