import { methodFields } from '../adapters/fields';
import type { Command } from './command';

export const command: Command = {
  help: 'lists the methods with their settings',
  flags: [],
  run(_, say) {
    for (const { method, title, help, budget, lr, fields } of Object.values(methodFields)) {
      say(`${method}: ${title}. ${help}`);
      say(`  learning rate that suits it: ${lr}${budget ? `; its size is set by --${budget.replaceAll('_', '-')}` : ''}`);
      for (const f of fields) {
        const range = f.choices ? f.choices.join('|') : f.min !== undefined ? `${f.min} to ${f.max}` : f.kind;
        say(`  --${f.name.replaceAll('_', '-').padEnd(22)} ${f.help} [${range}${f.default === null ? '' : `, default ${String(f.default)}`}]`);
      }
      say('');
    }
    return Promise.resolve(Object.values(methodFields));
  },
};
