import { beforeAll, describe, expect, test } from 'vitest';
import { methods } from '../../adapters';
import type { Device } from '../../engine/device';
import { here } from '../../wasm/here.node';
import { mustOpen } from '../checkOp';
import { casesOf, isOnLayers, layerConfigs, runs, type LayerCase } from './cases';
import { compareLayer, TOLERANCE } from './compare';

/** The short form of `npm run gradients`: every method on layers in every form, each time with other settings, on another kind of layer in another storage. */
describe('gradients of every method equal central differences of its formula', () => {
  let device: Device;
  beforeAll(async () => {
    device = await mustOpen(here());
  });

  const configs = layerConfigs();
  const keys = Object.keys(methods).filter((key) => methods[key] && isOnLayers(methods[key]));

  test.each(keys.map((key, i) => ({ key, i })))('$key', async ({ key, i }) => {
    const own = configs.filter(({ method }) => method === key);
    const some = runs.flatMap((run, k): LayerCase[] => {
      const config = own[k % own.length];
      const cases = config ? casesOf(config).cases.filter((c) => c.run === run) : [];
      const one = cases[(7 * i + 11 * k) % Math.max(1, cases.length)];
      return one ? [one] : [];
    });
    expect(some.length).toBeGreaterThan(0);
    for (const c of some) {
      const { name, errors, trainables } = await compareLayer(device, c);
      expect(trainables).toBeGreaterThan(0);
      for (const [tensor, error] of Object.entries(errors)) expect(error, `${tensor} of ${name}`).toBeLessThan(TOLERANCE);
    }
  });
});
