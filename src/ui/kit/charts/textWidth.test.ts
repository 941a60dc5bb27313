import { expect, test } from 'vitest';
import { fitNames, textWidth } from './textWidth';

const font = '400 10px sans-serif';
const say = (a: string, b: string) => `from ${a} to ${b}, in units`;

test('two long names in a sentence share what its other words leave', () => {
  for (const [a, b] of [['RandLoRA-SVD', 'Linear probe'], ['LoRA', 'LoRA + RandLoRA'], ['LoRA + RandLoRA', 'LoRA']] as const) {
    const text = fitNames(say, a, b, font, 190);
    expect(textWidth(text, font)).toBeLessThanOrEqual(190);
    // A short name stays whole.
    if (a === 'LoRA') expect(text).toMatch(/^from LoRA to LoRA .*…, in units$/);
    if (b === 'LoRA') expect(text).toMatch(/^from LoRA .*… to LoRA, in units$/);
  }
  expect(fitNames(say, 'LoRA', 'VeRA', font, 190)).toBe('from LoRA to VeRA, in units');
});
