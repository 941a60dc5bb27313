import { builtinData } from '../data/builtin';
import { checkHealth } from '../data/health';
import { perClass } from '../data/split';
import { defined } from '../numbers/defined';
import { table, type Command } from './command';
import { bundledHere, openData } from './files';

export const command: Command = {
  help: 'lists the built-in data sets, or checks one: counts, unreadable files, duplicates, leaks',
  examples: ['', '--data photos.zip'],
  flags: [
    { name: 'data', kind: 'text', value: 'NAME|FOLDER|FILE', help: 'Data set to check: a built-in name, a folder, a zip or a Parquet file.' },
    { name: 'label_column', kind: 'text', help: 'Column of a metadata table or parquet file that holds the class.' },
  ],
  async run(given, say) {
    const names = given.data === undefined ? bundledHere(builtinData).map((d) => d.id) : [String(given.data)];
    const infos: Awaited<ReturnType<typeof describe>>[] = [];
    for (const name of names) infos.push(await describe(name, given.data !== undefined, given.label_column === undefined ? undefined : String(given.label_column)));
    table([['data', 'title', 'train', 'val', 'test', 'classes', 'licence'], ...infos.map((d) => [d.id, d.title, d.train, d.val, d.test, d.classes.length, d.licence])]).forEach(say);
    if (given.data !== undefined) {
      const { classes, health, warnings } = defined(infos[0]);
      table([['class', 'train', 'val', 'test'], ...classes.map((c, i) => [c, defined(health.counts.train[i]), defined(health.counts.val[i]), defined(health.counts.test[i])])]).forEach(say);
      warnings.forEach((w) => say(`warning: ${w}`));
    }
    return infos;
  },
};

async function describe(name: string, thoroughly: boolean, label?: string) {
  const data = await openData(name, { label });
  const health = await checkHealth(data, thoroughly ? {} : { limit: 0 });
  const { title, classes, train, val, test, licence, source } = data;
  return {
    id: name, title, classes, train: train.count, val: val?.count ?? 0, test: test.count, seeded: data.seeded === true,
    train_per_class: perClass(train, classes.length), test_per_class: perClass(test, classes.length),
    licence, source, builtin: builtinData.some((d) => d.id === name), warnings: health.warnings, health,
  };
}
