import { expect, test } from 'vitest';
import { firstOf, formOf, type Chooser, type Choices, type Form } from './forms';
import { kernel } from './kernel';

const form = (name: string): Form => ({ kernel: kernel(name, '@group(0) @binding(0) var<storage, read_write> out: array<f32>;'), overrides: {}, grid: [1, 1, 1] });
const [plain, tiled, halved] = ['plain', 'tiled', 'halved'].map(form) as [Form, Form, Form];
const device = (choices: Choices, software = false) => ({ choices, report: { software } }) as Chooser;
const entry = (kind: string) => ({ ...plain, forms: { kind, of: { plain, tiled, halved }, usual: ({ report }: Chooser) => (report.software ? 'plain' : 'tiled') } });

test('a dispatch without forms runs as it is', () => expect(formOf(device({ product: ['tiled'] }), plain)).toBe(plain));

test('without a choice it runs in the form that is usual on the device', () => {
  expect(formOf(device({}), entry('product nn large'))).toEqual({ ...tiled, name: 'tiled' });
  expect(formOf(device({ attention: ['halved'], 'product nt': ['halved'] }, true), entry('product nn large'))).toEqual({ ...plain, name: 'plain' });
  const odd = { ...entry('product'), forms: { ...entry('product').forms, usual: () => 'none of them' } };
  expect(formOf(device({}), odd)).toBe(odd);
});

test('of choices the one for most of its words is taken, and of its names the first that it has', () => {
  const chosen = (choices: Choices) => formOf(device(choices), entry('product nn large')).name;
  expect(chosen({ product: ['plain'] })).toBe('plain');
  expect(chosen({ product: ['plain'], 'product nn': ['halved'] })).toBe('halved');
  expect(chosen({ product: ['plain'], 'product nn': ['halved'], 'product nn large': ['tiled'] })).toBe('tiled');
  expect(chosen({ product: ['matrix', 'halved', 'plain'] })).toBe('halved');
  // Where it has none of those, the more general choice decides, and then what is usual.
  expect(chosen({ product: ['plain'], 'product nn': ['matrix'] })).toBe('plain');
  expect(chosen({ product: ['matrix'] })).toBe('tiled');
  // A choice for no kind is none.
  expect(chosen({ '': ['halved'] })).toBe('tiled');
  expect(formOf(device({ product: ['halved'] }), entry('product'))).toEqual({ ...halved, name: 'halved' });
});

test('a record says what is taken first', () => expect(firstOf({ product: ['tiled', 'plain'], attention: [] })).toEqual({ product: 'tiled', attention: '' }));
