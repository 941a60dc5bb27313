import { defined } from '../numbers/defined';
import { writeRuns } from './runFile';
import type { RunRecord, RunsFormat } from '../train/protocol';
import { fileName, fileNames } from './runs';

/** A file of an export; `path` may have folders. */
export interface RunsFile {
  path: string;
  bytes: Uint8Array | string;
}

/** Makes the files of an export. `saved` is the present, in milliseconds of the epoch; `atMost` the most parameters that the runs were chosen by, 0 where they were not. */
type Make = (runs: readonly RunRecord[], saved: number, atMost: number) => RunsFile[] | Promise<RunsFile[]>;

/** Formats that runs can leave in, a line each; the code of one is loaded when it is asked for. */
const formats: Record<RunsFormat, Make> = {
  runs: (runs, saved) => [{ path: `${nameOf(runs)}.runs.json`, bytes: writeRuns(runs, saved) }],
  'csv-summary': async (runs) => [{ path: `${nameOf(runs)}-summary.csv`, bytes: (await import('./csv')).summaryCsv(runs) }],
  csv: async (runs) => [{ path: `${nameOf(runs)}.csv`, bytes: (await import('./csv')).longCsv(runs) }],
  'csv-wide': async (runs) => [{ path: `${nameOf(runs)}-wide.csv`, bytes: (await import('./csv')).wideCsv(runs) }],
  'peft-json': async (runs) => (await import('./peftJson')).peftJsonFiles(runs),
  html: async (runs, saved, atMost) => [{ path: `${nameOf(runs)}.html`, bytes: (await import('./report/page')).reportPage(runs, saved, atMost) }],
  tensorboard: async (runs, saved) => (await import('./tensorboard')).tensorboardFiles(runs, saved),
};

export const runsFormats = Object.keys(formats) as RunsFormat[];

/** The files of these runs in a format. Throws FormatError. */
export async function exportRuns(runs: readonly RunRecord[], format: RunsFormat, saved: number, atMost = 0): Promise<RunsFile[]> {
  return formats[format](runs, saved, atMost);
}

/** Name of a file or zip of these runs: the run's own, or how many they are on what data, after the name of the one person whose they are. */
export function nameOf(runs: readonly RunRecord[]): string {
  const people = new Set(runs.map(({ by }) => by ?? ''));
  const [person = ''] = people.size === 1 ? people : [];
  const data = new Set(runs.map(({ data_title, spec }) => data_title ?? spec.data));
  const what = runs.length === 1 ? [defined(fileNames(runs)[0])] : [...(data.size === 1 ? data : []), `${runs.length}-runs`];
  return [person, ...what].filter(Boolean).map(fileName).join('-');
}
