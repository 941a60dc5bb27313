import type { PrintTable } from './request';

/** Tables and captions as the text of a paper. */

const specials: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}', '{': '\\{', '}': '\\}', '$': '\\$', '&': '\\&', '%': '\\%', '#': '\\#', '_': '\\_', '~': '\\textasciitilde{}', '^': '\\textasciicircum{}', '<': '\\textless{}', '>': '\\textgreater{}', '|': '\\textbar{}', '"': "''",
  '\u00a0': '~', '\u202f': '\\,', '–': '--', '—': '---', '…': '\\dots{}', '“': '``', '”': "''", '‘': '`', '’': "'",
  '±': '$\\pm$', '−': '$-$', '×': '$\\times$', '≤': '$\\leq$', '≥': '$\\geq$', '≈': '$\\approx$', '→': '$\\to$', '²': '$^2$', '³': '$^3$', 'α': '$\\alpha$', 'β': '$\\beta$', 'γ': '$\\gamma$', 'δ': '$\\delta$', 'Δ': '$\\Delta$', 'ε': '$\\varepsilon$', 'λ': '$\\lambda$', 'μ': '$\\mu$', 'µ': '$\\mu$', 'ρ': '$\\rho$', 'σ': '$\\sigma$', 'Σ': '$\\Sigma$', '†': '$^{\\dagger}$',
};

/** A text in LaTeX: what has a meaning there is escaped, and signs that old fonts lack are written as mathematics. */
export const latexText = (text: string): string => [...text].map((char) => specials[char] ?? (/[\u2060\u200b]/.test(char) ? '' : char)).join('').replaceAll(/(\d) \\%/g, '$1~\\%');

/** A text in Markdown, in a cell of a table as well. */
export const markdownText = (text: string): string => text.replaceAll(/[\\`*_[\]<>|~#]/g, '\\$&').replaceAll(/\s*\n\s*/g, ' ');

/** Columns whose cells are numbers or missing stand at the right. */
const areNumbers = ({ rows }: PrintTable, column: number): boolean => rows.every(({ cells }) => /^[+−-]?[\d.,]*( ± [\d.,]+)?–?$/.test(cells[column] ?? ''));

/** A table for LaTeX with the package booktabs: the best in bold, with a dagger what cannot be told from it. */
export function latexTable(table: PrintTable, label: string): string {
  const columns = table.head.map((_, i) => (areNumbers(table, i) ? 'r' : 'l')).join('');
  const last = table.head.length - 1;
  const rows = table.rows.map(({ cells, mark }) => cells.map((cell, i) => (mark === 'best' && (i === 0 || i === last) ? `\\textbf{${latexText(cell)}}` : latexText(mark === 'alike' && i === last ? `${cell}†` : cell))).join(' & '));
  return ['% \\usepackage{booktabs}', '\\begin{table}[t]', '  \\centering', '  \\small', '  \\setlength{\\tabcolsep}{4pt}', `  \\caption{${latexText(table.caption)}}`, `  \\label{tab:${label}}`, `  \\begin{tabular}{${columns}}`, '    \\toprule', `    ${table.head.map(latexText).join(' & ')} \\\\`, '    \\midrule', ...rows.map((row) => `    ${row} \\\\`), '    \\bottomrule', '  \\end{tabular}', '\\end{table}', ''].join('\n');
}

/** The same in Markdown. */
export function markdownTable(table: PrintTable): string {
  const last = table.head.length - 1;
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rows = table.rows.map(({ cells, mark }) => line(cells.map((cell, i) => (mark === 'best' && (i === 0 || i === last) ? `**${markdownText(cell)}**` : markdownText(mark === 'alike' && i === last ? `${cell}†` : cell)))));
  return [line(table.head.map(markdownText)), line(table.head.map((_, i) => (areNumbers(table, i) ? '---:' : '---'))), ...rows, '', markdownText(table.caption), ''].join('\n');
}

/** A figure of LaTeX with its caption; one over both columns has a star. */
export const latexFigure = (file: string, caption: string, label: string, both: boolean): string =>
  [`\\begin{figure${both ? '*' : ''}}[t]`, '  \\centering', `  \\includegraphics{${file}}`, `  \\caption{${latexText(caption)}}`, `  \\label{fig:${label}}`, `\\end{figure${both ? '*' : ''}}`, ''].join('\n');
