import { bundledModels } from '../models/builtin';
import { defined } from '../numbers/defined';
import { modelInfo } from '../train/modelInfo';
import { describeModel, textsOf } from '../train/openModel';
import type { ModelInfo } from '../train/protocol';
import { table, type Command } from './command';
import { bundledHere, modelTree } from './files';

export const command: Command = {
  help: 'lists the built-in models, or describes one',
  examples: ['', '--model vit-nano'],
  flags: [{ name: 'model', kind: 'text', value: 'NAME|FOLDER', help: 'Model to describe; its config.json is enough.' }],
  async run(given, say) {
    const names = given.model === undefined ? bundledHere(bundledModels).map((m) => m.id) : [String(given.model)];
    const infos: ModelInfo[] = [];
    for (const name of names) {
      const tree = await modelTree(name, { weights: false });
      const described = await describeModel(tree);
      infos.push(modelInfo(name, { ...described, ...textsOf(tree, described.net) }));
    }
    table([['model', 'family', 'parameters', 'input', 'labels', 'about'], ...infos.map((m) => [m.id, m.family, m.parameters, m.image_size, m.labels, m.note])]).forEach(say);
    if (given.model !== undefined) say(`target modules: ${[defined(infos[0]).target_modules].flat().join(', ')}`);
    return infos;
  },
};
