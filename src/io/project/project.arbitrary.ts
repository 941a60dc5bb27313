import { runRecord } from '../../testing/runRecord';
import type { Files, Parser } from '../../testing/chaos/parser';
import { readProject } from './read';
import { writeProject } from './write';

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

export const parsers = [project];
