import { beforeAll, describe, expect, test } from 'vitest';
import type { Device } from '../engine/device';
import { mustOpen } from '../testing/checkOp';
import { judge, representativeCases } from '../testing/opCases';
import { processor } from './gpu';

let device: Device;
beforeAll(async () => {
  device = await mustOpen(processor());
});

describe('on the processor', () => {
  test.each(representativeCases().map((c, i) => [`${i} ${c.name}`, c] as const))('%s', async (_, c) => {
    const { problems } = await judge(device, c);
    expect(problems).toEqual([]);
    expect(device.errors).toEqual([]);
  });
});
