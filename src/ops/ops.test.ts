import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { opCases } from '../testing/opCases';
import { slowOps, testOps } from '../testing/opSuite';

testOps(Object.keys(opCases).filter((op) => !slowOps.includes(op)));

test.each(slowOps)('the cases of %s have a file of their own', (op) => {
  expect(existsSync(new URL(`./ops.${op}.test.ts`, import.meta.url))).toBe(true);
});
