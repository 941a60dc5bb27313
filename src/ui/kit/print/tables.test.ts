import { expect, test } from 'vitest';
import { latexFigure, latexTable, latexText, markdownTable } from './tables';

const table = {
  head: ['Method', 'Parameters', 'Test accuracy, %'],
  rows: [
    { cells: ['A_1 & B', '42,250', '72.4 ± 0.9'], mark: 'best' as const },
    { cells: ['C|D', '1,290', '71.8 ± 0.5'], mark: 'alike' as const },
    { cells: ['E', '–', '67.0 ± 1.0'] },
  ],
  caption: '5 % of #1',
};

test('a table for LaTeX: what has a meaning there is escaped, the best is bold, what cannot be told from it has a dagger', () => {
  expect(latexTable(table, 'a')).toBe(
    '% \\usepackage{booktabs}\n\\begin{table}[t]\n  \\centering\n  \\small\n  \\setlength{\\tabcolsep}{4pt}\n  \\caption{5~\\% of \\#1}\n  \\label{tab:a}\n  \\begin{tabular}{lrr}\n    \\toprule\n    Method & Parameters & Test accuracy, \\% \\\\\n    \\midrule\n' +
      '    \\textbf{A\\_1 \\& B} & 42,250 & \\textbf{72.4 $\\pm$ 0.9} \\\\\n    C\\textbar{}D & 1,290 & 71.8 $\\pm$ 0.5$^{\\dagger}$ \\\\\n    E & -- & 67.0 $\\pm$ 1.0 \\\\\n    \\bottomrule\n  \\end{tabular}\n\\end{table}\n',
  );
  expect(latexText('\\{}$&%#_~^<>|')).toBe('\\textbackslash{}\\{\\}\\$\\&\\%\\#\\_\\textasciitilde{}\\textasciicircum{}\\textless{}\\textgreater{}\\textbar{}');
});

test('a table for Markdown: no cell ends another', () => {
  expect(markdownTable(table)).toBe('| Method | Parameters | Test accuracy, % |\n| --- | ---: | ---: |\n| **A\\_1 & B** | 42,250 | **72.4 ± 0.9** |\n| C\\|D | 1,290 | 71.8 ± 0.5† |\n| E | – | 67.0 ± 1.0 |\n\n5 % of \\#1\n');
});

test('a figure over both columns has a star', () => {
  expect(latexFigure('a.pdf', 'b', 'a', true)).toMatch(/^\\begin\{figure\*\}[^]*\\includegraphics\{a\.pdf\}[^]*\\end\{figure\*\}\n$/);
});
