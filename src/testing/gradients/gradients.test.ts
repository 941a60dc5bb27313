import { beforeAll, describe, expect, test } from 'vitest';
import { methods } from '../../adapters';
import type { Device } from '../../engine/device';
import { here } from '../../wasm/here.node';
import { mustOpen } from '../checkOp';
import { isOnLayers } from './cases';
import { short } from './all';
import { isRed, rowOf } from './table';

/** The short form of `npm run gradients`. */
describe('gradients of every method equal central differences of its formula', () => {
  let device: Device;
  beforeAll(async () => {
    device = await mustOpen(here());
  });

  test.each(Object.keys(methods))('%s', async (key) => {
    const parts = await short(device, key);
    expect(parts.map(({ part }) => part)).toContain(methods[key] && isOnLayers(methods[key]) ? 'layers' : 'whole models');
    for (const { part, outcomes } of parts) {
      const row = rowOf({ method: key, part, outcomes, left: [] });
      expect(isRed(row), `${key} on ${part}: ${row.worst.error} of ${row.worst.tensor} in ${row.worst.name}, ${row.gradients} gradients`).toBe(false);
    }
  });
});
