import { methods } from '../../adapters';
import type { Device } from '../../engine/device';
import { casesOf, isOnLayers, layerConfigs, shortCases } from './cases';
import { compareLayer, type Outcome } from './compare';
import type { Compared } from './table';
import { compareWhole, isOnWholes, LOOKS, ways, wholeConfigs, wholeStorages } from './wholes/compare';

/** All cases of a method, on layers and on whole models. */
export async function* long(device: Device, key: string): AsyncGenerator<Compared> {
  const method = methods[key];
  if (!method) return;
  if (isOnLayers(method)) {
    const [outcomes, left]: [Outcome[], string[]] = [[], []];
    for (const config of layerConfigs().filter((one) => one.method === key)) {
      const { cases, left: without } = casesOf(config);
      left.push(...without);
      for (const c of cases) outcomes.push(await compareLayer(device, c));
    }
    yield { method: key, part: 'layers', outcomes, left };
  }
  if (isOnWholes(key)) {
    const outcomes: Outcome[] = [];
    for (const config of wholeConfigs(key)) for (const storage of wholeStorages(key)) outcomes.push(...(await compareWhole(device, config, storage)));
    const left = [...(method.onNoLayer && method.prompts ? ['no layer of its own, and so one form'] : []), ...(!method.onNoLayer && !method.merged ? ['cannot be merged'] : []), ...(method.trains === 'weights' ? ['weights that learn are f32'] : [])];
    yield { method: key, part: 'whole models', outcomes, left };
  }
}

/** Some cases of a method. */
export async function short(device: Device, key: string): Promise<Compared[]> {
  const method = methods[key];
  if (!method) return [];
  const turn = Object.keys(methods).indexOf(key);
  const parts: Compared[] = [];
  if (isOnLayers(method)) {
    const outcomes: Outcome[] = [];
    for (const c of shortCases(key, turn)) outcomes.push(await compareLayer(device, c));
    parts.push({ method: key, part: 'layers', outcomes, left: [] });
  }
  if (isOnWholes(key)) {
    const [configs, storages] = [wholeConfigs(key), wholeStorages(key)];
    const [config, storage] = [configs[turn % configs.length], storages[turn % storages.length]];
    if (config && storage) parts.push({ method: key, part: 'whole models', outcomes: await compareWhole(device, config, storage, ways.filter((_, i) => i === turn % ways.length), LOOKS / 8), left: [] });
  }
  return parts;
}
