import { beforeAll, describe, expect, test } from 'vitest';
import type { Device } from '../engine/device';
import { mustOpen } from '../testing/checkOp';
import { formsIn, judge, judgeForm, opCases, representativeCases } from '../testing/opCases';
import { here } from './here.node';

let device: Device;
beforeAll(async () => {
  device = await mustOpen(here());
});

describe('on the processor', () => {
  test.each(representativeCases().map((c, i) => [`${i} ${c.name}`, c] as const))('%s', async (_, c) => {
    const { problems } = await judge(device, c);
    expect(problems).toEqual([]);
    expect(device.errors).toEqual([]);
  });

  const forms = Object.values(opCases).flat().filter((c) => c.everyForm && !c.shaderF16);
  test('every form of products and of RandLoRA', async () => {
    const seen = new Set<string>();
    const problems: string[] = [];
    for (const c of forms) {
      // What is of halves or of subgroup matrices runs where there are some.
      for (const form of formsIn(c).filter((name) => !/^(half|matrix)/.test(name))) {
        seen.add(form);
        problems.push(...(await judgeForm(device, c, form)).map((problem) => `${c.name}, as ${form}: ${problem}`));
      }
    }
    expect(problems).toEqual([]);
    expect(seen.size).toBeGreaterThan(3);
  });
});
