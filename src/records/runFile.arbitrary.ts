import type { Files, Parser } from '../testing/chaos/parser';
import { runRecord } from '../testing/runRecord';
import { readRuns, writeRuns } from './runFile';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

const runs: Parser = {
  name: 'runs',
  samples: async (): Promise<Files[]> => [{ 'runs.json': utf8(writeRuns([runRecord(), runRecord({}, { seed: 1 })], 5)) }, { 'run.json': utf8(JSON.stringify(runRecord())) }],
  read(files) {
    for (const [path, bytes] of Object.entries(files)) writeRuns(readRuns(bytes, path), 5);
  },
};

export const parsers = [runs];
