import { expect, test } from 'vitest';
import { mustOpen } from '../testing/checkOp';
import { formsIn, judgeForm, opCases } from '../testing/opCases';
import { here } from './here.node';

// Every case in the form that the processor takes is in ops/ops.test.ts and its like.
test('every form of products, attention and RandLoRA on the processor', async () => {
  const device = await mustOpen(here());
  const seen = new Set<string>();
  const problems: string[] = [];
  for (const c of Object.values(opCases).flat().filter((c) => c.everyForm && !c.shaderF16)) {
    // What is of halves or of subgroup matrices runs where there are some.
    for (const form of formsIn(c).filter((name) => !/^(half|matrix)/.test(name))) {
      seen.add(form);
      problems.push(...(await judgeForm(device, c, form)).map((problem) => `${c.name}, as ${form}: ${problem}`));
    }
  }
  expect(problems).toEqual([]);
  expect(device.errors).toEqual([]);
  expect(seen.size).toBeGreaterThan(3);
});
