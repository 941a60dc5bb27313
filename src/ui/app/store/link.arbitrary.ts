import { defined } from '../../../numbers/defined';
import type { Parser } from '../../../testing/chaos/parser';
import { filterSamples, linkSamples, settingsSample } from '../../../testing/chaos/samples';
import { parseFilter } from '../../core/runs/filter';
import { parseLink } from './link';
import { addressOf } from '../../core/storage/linkedProject';
import { fileNameOf } from '../../core/storage/onlineProject';
import { settingsOf } from '../../core/settings/settings';

/** Parsers in the page itself for what others made: addresses, filters in them, and the settings of a project. */

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

const link: Parser = {
  name: 'link',
  samples: async () => linkSamples.map((address) => ({ 'link.txt': utf8(address) })),
  read(files) {
    const { settings, project } = parseLink(textOf(defined(files['link.txt'])));
    if (settings) settingsOf(JSON.parse(JSON.stringify(settings)) as Record<string, unknown>);
    if (project) fileNameOf(addressOf(project.said, 'http://localhost/')!);
  },
};

const facts = ['method', 'accuracy', 'r', 'seed'].map((name) => ({ name, kind: name === 'method' ? 'text' : 'number' }));
const filter: Parser = {
  name: 'filter of runs',
  samples: async () => filterSamples.map((text) => ({ 'filter.txt': utf8(text) })),
  read: (files) => parseFilter(textOf(defined(files['filter.txt'])), facts as never),
};

const settings: Parser = {
  name: 'settings of a project',
  samples: async () => [{ 'settings.json': utf8(JSON.stringify(settingsSample)) }],
  read(files) {
    let json: unknown;
    try {
      json = JSON.parse(textOf(defined(files['settings.json'])));
    } catch {
      return;
    }
    if (typeof json === 'object' && json !== null) settingsOf(json as Record<string, unknown>);
  },
};

export const parsers = [link, filter, settings];
