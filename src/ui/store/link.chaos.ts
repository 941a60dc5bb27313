import type { Parser } from '../../testing/chaos/parser';
import { parseFilter } from './filter';
import { parseLink } from './link';
import { addressOf } from './linkedProject';
import { fileNameOf } from './onlineProject';
import { settingsOf } from './settings';

/** What the page itself reads of what others made: addresses, filters in them, and the settings of a project. */

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

const link: Parser = {
  name: 'link',
  samples: async () => [
    '#/train?v=1&seed=3&steps=40&model=vit-nano&data=me%2Fphotos%40v2&methods=lora,randlora&targets=query,value&lora.r=7&lr.lora=0.002&theme=dark&axis=time',
    '#/compare?v=1&present=1&hide=advanced,try&filter=accuracy%20%3E%200.8&budget=123456',
    '#/lessons?lesson=rank&part=2&teacher=1',
    `#v=1&project=https%3A%2F%2Fexample.org%2Fa%2520b.fullrank&sha256=${'ab'.repeat(32)}`,
  ].map((address) => ({ 'link.txt': utf8(address) })),
  read(files) {
    const { settings, project } = parseLink(textOf(files['link.txt']!));
    if (settings) settingsOf(JSON.parse(JSON.stringify(settings)) as Record<string, unknown>);
    if (project) fileNameOf(addressOf(project.said, 'http://localhost/')!);
  },
};

const facts = ['method', 'accuracy', 'r', 'seed'].map((name) => ({ name, kind: name === 'method' ? 'text' : 'number' }));
const filter: Parser = {
  name: 'filter of runs',
  samples: async () => ['method == "lora" and accuracy > 0.8 and r <= 8', 'not (seed in [1, 2, 3] or method contains "a") && r != -1e3'].map((text) => ({ 'filter.txt': utf8(text) })),
  read: (files) => parseFilter(textOf(files['filter.txt']!), facts as never),
};

const settings: Parser = {
  name: 'settings of a project',
  samples: async () => [{ 'settings.json': utf8(JSON.stringify({ version: 3, model: 'a', data: 'b', methods: ['lora'], budget: 5, train: { steps: 4, seed: 1, flip: true }, lr: { lora: 0.1 }, overrides: { lora: { r: 7 } }, targets: ['query'], filter: 'r > 1', hide: [], theme: 'dark' })) }],
  read(files) {
    let json: unknown;
    try {
      json = JSON.parse(textOf(files['settings.json']!));
    } catch {
      return;
    }
    if (typeof json === 'object' && json !== null) settingsOf(json as Record<string, unknown>);
  },
};

export const parsers = [link, filter, settings];
