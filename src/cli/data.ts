import { builtinData } from '../data/builtin';
import { checkHealth } from '../data/health';
import { perClass } from '../data/split';
import type { DataInfo } from '../train/protocol';
import { table, type Command } from './command';
import { openData } from './files';

export const command: Command = {
  help: 'lists the built-in data sets, or tells about one',
  flags: [{ name: 'data', kind: 'text', value: 'NAME|FOLDER', help: 'Look this set over: classes, counts, warnings.' }],
  async run(given, say) {
    const names = given.data === undefined ? builtinData.map((d) => d.id) : [String(given.data)];
    const infos: DataInfo[] = [];
    for (const name of names) infos.push(await describe(name, given.data !== undefined));
    table([['data', 'title', 'train', 'test', 'classes', 'licence'], ...infos.map((d) => [d.id, d.title, d.train, d.test, d.classes.length, d.licence])]).forEach(say);
    if (given.data !== undefined) {
      const [info] = infos as [DataInfo];
      table([['class', 'train', 'test'], ...info.classes.map((c, i) => [c, info.train_per_class[i]!, info.test_per_class[i]!])]).forEach(say);
      info.warnings.forEach((w) => say(`warning: ${w}`));
    }
    return infos;
  },
};

async function describe(name: string, thoroughly: boolean): Promise<DataInfo> {
  const { title, classes, train, test, licence, source } = await openData(name);
  const { warnings } = await checkHealth({ name, title, classes, train, test, licence, source }, thoroughly ? {} : { limit: 0 });
  return {
    id: name, title, classes, train: train.count, test: test.count,
    train_per_class: perClass(train, classes.length), test_per_class: perClass(test, classes.length),
    licence, source, builtin: builtinData.some((d) => d.id === name), warnings,
  };
}
