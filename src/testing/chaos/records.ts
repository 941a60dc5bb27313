import { parseAdapterConfig } from '../../adapters/files/config';
import { readProject } from '../../io/project/read';
import { writeProject } from '../../io/project/write';
import { defined } from '../../numbers/defined';
import { readRuns, writeRuns } from '../../records/runFile';
import { experimentOf, readResult, resultText } from '../../records/study';
import { runRecord } from '../runRecord';
import { tinyJson } from '../tiny';
import type { Files, Parser } from './parser';

/** Parsers of results: runs, projects and studies. */

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

const runs: Parser = {
  name: 'runs',
  samples: async (): Promise<Files[]> => [{ 'runs.json': utf8(writeRuns([runRecord(), runRecord({}, { seed: 1 })], 5)) }, { 'run.json': utf8(JSON.stringify(runRecord())) }],
  read(files) {
    for (const [path, bytes] of Object.entries(files)) writeRuns(readRuns(bytes, path), 5);
  },
};

async function projectFile(): Promise<Uint8Array> {
  const picture = Uint8Array.of(1, 2, 3, 4, 5);
  const records: unknown[] = [runRecord(), { step: Float32Array.of(1, 2.5, NaN), ms: new Float64Array(3), $: 'own' }, [{ path: 'adapter_model.safetensors', bytes: new Uint8Array(300).fill(9) }]];
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const whole = new Response(readable as ReadableStream<Uint8Array<ArrayBuffer>>).arrayBuffer();
  const manifest = {
    format: 'fullrank-project' as const,
    version: 1 as const,
    app: 'test',
    saved: 5,
    settings: { model: 'a', train: { steps: 4 } },
    edits: { pets: { version: 1 } },
    records: [{ store: 'runs', key: 'a' }, { store: 'curves', key: 'a' }, { store: 'adapters', key: 'a' }],
    imports: [{ version: 1 as const, kind: 'data' as const, id: 'pets', name: 'pets', date: 1, files: [{ path: 'cat/1.png', size: 2 }, { path: 'dog/1.png', size: 3 }] }],
    hub: [{ kind: 'model' as const, id: 'a/b' }],
  };
  await writeProject({ manifest, record: async (i) => records[i], pack: async () => new Blob([picture]) }, writable);
  return new Uint8Array(await whole);
}

const project: Parser = {
  name: 'project',
  samples: async (): Promise<Files[]> => [{ 'p.fullrank': await projectFile() }],
  async read(files) {
    const file = await readProject(new Blob([files['p.fullrank'] as Uint8Array<ArrayBuffer>]));
    for (const i of file.manifest.records.keys()) await file.record(i);
    for (const i of file.manifest.imports.keys()) await file.pack(i)(async () => {});
  },
};

const study: Parser = {
  name: 'result of a study',
  samples: async (): Promise<Files[]> => {
    const run = runRecord();
    const { model, data, method, train } = run.spec;
    return [{ 'result.json': utf8(resultText(experimentOf({ model, data, method, train, name: 'one' }), run)) }];
  },
  read: (files) => readResult(text(defined(files['result.json'])), 'result.json'),
};

const adapterConfig: Parser = {
  name: 'adapter config',
  samples: async (): Promise<Files[]> => ['LORA', 'VERA', 'RANDLORA', 'ADALORA', 'HIRA'].map((peft_type) => ({ 'adapter_config.json': tinyJson({ peft_type, r: 4, target_modules: ['query', 'value'], modules_to_save: ['classifier'], bias: 'none', lora_alpha: 8, rank_pattern: {}, alpha_pattern: {}, target_r: 2, init_r: 4 }) })),
  read: (files) => parseAdapterConfig(defined(files['adapter_config.json'])),
};

export const records = [runs, project, study, adapterConfig];
