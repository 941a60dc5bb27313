import { methodFields } from '../adapters/fields';
import { defined } from '../numbers/defined';
import { dashed, methodFlag, methodFrom, type Command } from './command';

export const command: Command = {
  help: 'lists the methods, or describes one with its settings',
  examples: ['', '--method randlora'],
  flags: [methodFlag],
  run({ method: asked }, say) {
    const shown = asked === undefined ? Object.values(methodFields) : [defined(methodFields[methodFrom({ method: asked }).method])];
    for (const { method, title, help, budget, lr, fields } of shown) {
      say(`${method}: ${title}. ${help}`);
      say(`  learning rate that suits it: ${lr}${budget ? `; its size is set by ${dashed(budget)}` : ''}`);
      for (const f of asked === undefined ? [] : fields) {
        const range = f.choices ? f.choices.join('|') : f.min !== undefined ? `${f.min} to ${f.max}` : f.kind;
        say(`  ${dashed(f.name).padEnd(24)} ${f.help} [${range}${f.default === null ? '' : `, default ${String(f.default)}`}]`);
      }
    }
    if (asked === undefined) say('fullrank methods --method NAME has the settings of one.');
    return Promise.resolve(shown);
  },
};
