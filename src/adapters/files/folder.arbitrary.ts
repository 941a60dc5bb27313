import { memoryTree } from '../../io/fileTree';
import { defined } from '../../numbers/defined';
import type { Files, Parser } from '../../testing/chaos/parser';
import { tinyJson, tinyModel } from '../../testing/tiny';
import type { LoadedModel } from '../../train/openModel';
import { Adapted } from '../adapted';
import { methodFields } from '../fields';
import { parseAdapterConfig } from './config';
import { loadAdapter, saveAdapter } from '.';

let base: LoadedModel | undefined;
const adapter: Parser = {
  name: 'adapter folder',
  async samples() {
    base = await tinyModel();
    const sets: Files[] = [];
    for (const { method, fields } of Object.values(methodFields)) {
      let adapted: Adapted;
      try {
        adapted = new Adapted(base.net, { method, ...Object.fromEntries(fields.filter(({ name }) => /^(init_)?r$|^n_ctx$|^num_alpha$/.test(name)).map(({ name }) => [name, 2])) });
      } catch {
        continue; // one for another kind of model
      }
      const values = { ...(await adapted.initialise(0, (name) => base!.source.readF32(name))), ...adapted.newHead(0) };
      if (adapted.method.trains === 'part') for (const name of adapted.trainedWeights) values[name] = await base.source.readF32(name);
      sets.push(Object.fromEntries((await saveAdapter(adapted, values, { base })).map(({ path, bytes }) => [path, bytes])));
    }
    return sets;
  },
  examples: [{ 'adapter_config.json': new TextEncoder().encode(`{"peft_type":"LORA","r":2,"target_modules":["query"],"modules_to_save":${'['.repeat(20_000)}${']'.repeat(20_000)}}`) }],
  read: async (files) => loadAdapter(memoryTree('adapter', files), base!.net, base!.source),
};

const adapterConfig: Parser = {
  name: 'adapter config',
  samples: async (): Promise<Files[]> => ['LORA', 'VERA', 'RANDLORA', 'ADALORA', 'HIRA'].map((peft_type) => ({ 'adapter_config.json': tinyJson({ peft_type, r: 4, target_modules: ['query', 'value'], modules_to_save: ['classifier'], bias: 'none', lora_alpha: 8, rank_pattern: {}, alpha_pattern: {}, target_r: 2, init_r: 4 }) })),
  read: (files) => parseAdapterConfig(defined(files['adapter_config.json'])),
};

export const parsers = [adapter, adapterConfig];
