import { describe, expect, test } from 'vitest';
import { isPeft } from '../../adapters/files/config';
import { completeConfig, methodFields } from '../../adapters/fields';
import { methods } from '../../adapters/index';
import { families } from '../../models/index';
import { defined } from '../../numbers/defined';
import { cases, COUNT } from './cases';
import { configs, type Checkpoint } from './models';

const typeOf = (checkpoint: Checkpoint): string => (configs[checkpoint] as { model_type: string }).model_type;

/** True for a method that Python never meets: PEFT does not have it, and it cannot be merged. */
const staysHere = (name: string): boolean => defined(methodFields[name]).unmerged !== undefined && !isPeft({ config: completeConfig({ method: name }), method: defined(methods[name]) });

describe('the cases of check:python', () => {
  test('are as many as is written down, and told apart by name', () => {
    expect(cases.length).toBe(COUNT);
    expect(new Set(cases.map(({ name }) => name)).size).toBe(COUNT);
  });

  test('meet every family with every method', () => {
    expect([...new Set(cases.map(({ checkpoint }) => typeOf(checkpoint)))].sort()).toEqual(families.flatMap((f) => f.model_types).sort());
    for (const family of families) {
      const mine = cases.filter(({ checkpoint }) => family.model_types.includes(typeOf(checkpoint)));
      const { language } = family.parse({ model_type: family.model_types[0] });
      const met = new Set(mine.map(({ method }) => method.method));
      // Where texts are only gone on with there is no head to train alone.
      const never = (name: string) => staysHere(name) || (name === 'linear_probe' && mine.every(({ task }) => task === 'causal-lm'));
      expect([...met].sort(), family.title).toEqual(Object.keys(methodFields).filter((name) => !never(name)).sort());
      for (const setting of language ? [] : ['own labels', 'new labels', 'image size']) expect(mine.some(({ name }) => name.includes(setting)), `${family.title}, ${setting}`).toBe(true);
    }
  });

  test('meet every kind of random bases', () => {
    const kinds = methodFields.randlora!.fields.find(({ name }) => name === 'bases')!.choices!;
    expect(new Set(cases.filter(({ method }) => method.method === 'randlora').map(({ method }) => method.bases))).toEqual(new Set(kinds));
  });
});
