// The worker of a page of one model: opens the model beside it, on the graphics card or the processor, and answers pictures in turn.
import { decodeImage, readBitmap } from '../data/decode';
import { parsePreprocess } from '../data/preprocess';
import { messageOf } from '../errors/errors';
import { fetchTree } from '../io/fileTree';
import { Classifier, openFolder } from './classifier';
import { cardHere, processorHere } from './device';
import type { PageFacts } from './facts.meta';
import type { Ask, Said } from './messages.meta';

const say = (message: Said): void => postMessage(message);
const here = (path: string): string => new URL(path, import.meta.url).href;

async function open(): Promise<Classifier> {
  const facts = (await (await fetch(here('page.json'))).json()) as PageFacts;
  const paths = ['config.json', 'preprocessor_config.json', 'model.safetensors'];
  const tree = fetchTree('model', here('model/'), paths, (path, done, total) => path === 'model.safetensors' && say({ kind: 'loading', done, total }));
  const config: unknown = JSON.parse(new TextDecoder().decode(await tree.read('preprocessor_config.json')));
  const [card, input] = await Promise.all([cardHere(), openFolder(tree, facts, parsePreprocess(config))]);
  // A card whose driver does not take it is as good as none.
  const onCard = card && (await Classifier.open(card, input).catch(() => null));
  const classifier = onCard ?? (await Classifier.open(await processorHere(), input));
  say({ kind: 'ready', on: onCard ? 'graphics card' : 'processor' });
  return classifier;
}

const opened = open();
opened.catch((error: unknown) => say({ kind: 'failed', message: messageOf(error) }));

async function answer({ id, name, picture }: Ask): Promise<void> {
  const classifier = await opened.catch(() => null);
  if (!classifier) return;
  try {
    const image = picture instanceof Uint8Array ? await decodeImage(picture, name) : readBitmap(picture, name);
    const began = performance.now();
    const probabilities = await classifier.probabilities(image);
    say({ kind: 'answer', id, probabilities, ms: performance.now() - began });
  } catch (error) {
    say({ kind: 'refused', id, message: messageOf(error) });
  }
}

let last: Promise<void> = Promise.resolve();
addEventListener('message', ({ data }: MessageEvent<Ask>) => void (last = last.then(() => answer(data))));
