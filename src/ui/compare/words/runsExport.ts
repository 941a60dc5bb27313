import { inMedium } from '../../../language/medium';
import { counted } from '../../../language/format';
import type { RunsFormat } from '../../../train/protocol';

/** Runs that leave as tables, events and reports. */
export const runsExportWords = {
  button: 'Export runs',
  title: 'Export runs',
  which: 'Runs',
  all: 'All',
  none: 'None',
  goesOn: 'still training: it can be exported when it has ended',
  legend: 'Form',
  formats: {
    runs: { title: 'File of runs', get use() { return inMedium`Settings, curves, evaluations, memory and device of each run, without its weights and pictures. Fullrank reads it, next to other runs.`; } },
    html: { title: 'Report', use: 'One self-contained page with the findings and how certain they are, curves, tables and settings. It opens anywhere and can be printed.' },
    'csv-summary': { title: 'CSV, summary', use: 'A line for each run, for a spreadsheet: its settings, what it reached on the test data, parameters, memory and time.' },
    csv: { title: 'CSV, long', use: 'A line for each number of each step: the run and its settings, step, metric, value.' },
    'csv-wide': { title: 'CSV, wide', use: 'A line for each step of each run: its settings, and a column for each metric.' },
    'peft-json': { title: 'PEFT method comparison', use: 'A JSON file for each run in the shape of PEFT\'s method_comparison, for its table and plot.' },
    tensorboard: { title: 'TensorBoard', use: 'Event files, a folder for each run, with every number at the step where it was measured.' },
  } satisfies Record<RunsFormat, { title: string; use: string }>,
  person: 'Your name',
  /** `inside`: whether a file of this form has a place for it. */
  personHint: (inside: boolean) => `It appears in the file name${inside ? ' and in the file' : ''}, so that others can tell whose runs these are. Leave it empty to stay anonymous.`,
  start: (count: number) => `Export ${counted(count, 'run', 'runs')}`,
  making: 'Making the file.',
  nothing: 'Choose at least one run.',
  saved: (name: string) => `Saved ${name}`,
};
