import { describe, expect, test } from 'vitest';
import { methodFields } from '../../adapters/fields';
import { families } from '../../models/index';
import { cases, COUNT } from './cases';
import { configs, type Checkpoint } from './models';

const typeOf = (checkpoint: Checkpoint): string => (configs[checkpoint] as { model_type: string }).model_type;

describe('the cases of check:python', () => {
  test('are as many as is written down, and told apart by name', () => {
    expect(cases.length).toBe(COUNT);
    expect(new Set(cases.map(({ name }) => name)).size).toBe(COUNT);
  });

  test('meet every family with every method', () => {
    expect([...new Set(cases.map(({ checkpoint }) => typeOf(checkpoint)))].sort()).toEqual(families.flatMap((f) => f.model_types).sort());
    for (const family of families) {
      const mine = cases.filter(({ checkpoint }) => family.model_types.includes(typeOf(checkpoint)));
      const met = new Set(mine.map(({ method }) => method.method));
      expect([...met].sort(), family.title).toEqual(Object.keys(methodFields).sort());
      for (const setting of ['own labels', 'new labels', 'image size']) expect(mine.some(({ name }) => name.includes(setting)), `${family.title}, ${setting}`).toBe(true);
    }
  });

  test('meet every kind of random bases', () => {
    const kinds = methodFields.randlora!.fields.find(({ name }) => name === 'bases')!.choices!;
    expect(new Set(cases.filter(({ method }) => method.method === 'randlora').map(({ method }) => method.bases))).toEqual(new Set(kinds));
  });
});
