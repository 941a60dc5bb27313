import { TEACHER } from '../adapters/prompts/contexts';
import { ConfigError } from '../adapters/fields';
import { methodOf } from '../adapters/index';
import type { Arrays } from '../adapters/method';
import type { Device } from '../engine/device';
import { readsTexts } from '../models/byText';
import { classify } from './classes';
import { classTexts } from './classTexts';
import { classPrompts, parseTemplates } from './prompts';
import type { Task, TaskValues } from './task';
import { meanTexts } from './textTower';

/** Images and their classes, told apart by texts in which a method trains what stands around the names: the text tower reads them in every step. */
export const ownTexts: Task = {
  objective: { ...classify, fits: ({ textRows }) => textRows !== undefined },
  takes: ({ method }) => methodOf(method.method).prompts?.texts !== undefined,
  async open({ model: { id, net, tokenizer }, classes, method, train, fixed }) {
    const { fields: { title }, prompts } = methodOf(method.method);
    if (train.loss !== 'cross_entropy') throw new ConfigError(`${title} learns from classes and their names; choose cross_entropy as its loss.`);
    if (train.head === 'new') throw new ConfigError(`${title} classifies by the names of the classes, without a new head; leave head at auto or text.`);
    const { text } = net;
    // What has no text tower is refused where the method is put on it.
    if (!text || !readsTexts(net) || fixed) return { model: net.with({ labels: classes }), knows: true, values: async () => ({}) };
    if (!tokenizer) throw new ConfigError(`${id} has no tokenizer, by which ${title} reads the names of classes; add its tokenizer.json (or vocab.json and merges.txt) to the folder.`);
    const { words, teacher } = prompts!.texts!;
    return {
      model: net.as({ labels: classes, classTexts: classTexts(await tokenizer(), text, classes, words(method)) }),
      knows: true,
      // What is learned by is needed for learning alone.
      async values(device: Device, { source, options, trained, signal }: TaskValues): Promise<Arrays> {
        if (!teacher || trained) return {};
        const plain = classPrompts(await tokenizer(), text, classes, parseTemplates(train.templates));
        return { [TEACHER]: await meanTexts(device, { net, source }, plain, options, signal) };
      },
    };
  },
};
