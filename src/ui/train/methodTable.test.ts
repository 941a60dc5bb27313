import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { afterAll, expect, test } from 'vitest';
import { methodFields } from '../../adapters/fields';
import { fields } from '../../testing/guests/method';

/** The page with a method in the register that the project does not ship: no file of the page knows it. */
methodFields[fields.method] = fields;
const { MethodTable } = await import('./MethodTable');
const { methodLook, orderMethods } = await import('../../figures/methods');
const { markPaths } = await import('../../figures/marks');
const { initialSettings } = await import('../core/settings/settings');

afterAll(() => {
  delete methodFields[fields.method];
});

const page = renderToStaticMarkup(createElement(MethodTable, { by: 'parameters', budget: 1000, ruled: false, onBudget: () => {} }));
const rows = page.split('<tr').filter((row) => row.includes('<th scope="row"'));

test('a guest has a row in the list of methods, with its title, its marker, its pictogram and its learning rate', () => {
  expect(initialSettings.methods).toContain(fields.method);
  expect(rows).toHaveLength(initialSettings.methods.length);
  const own = rows.filter((row) => row.includes(fields.look!.title!));
  expect(own).toHaveLength(1);
  expect(own[0]).toContain(markPaths[fields.look!.marker]);
  expect(own[0]).toContain(fields.look!.glyph.learns);
  expect(own[0]).toContain(String(fields.lr));
});

test('no two methods look alike, and the list goes by the register', () => {
  const all = Object.keys(methodFields);
  const looks = Object.values(methodFields).flatMap(({ look }) => look ?? []);
  expect(new Set(looks.map(({ colour, dash, marker }) => `${colour} ${dash} ${marker}`)).size).toBe(looks.length);
  expect(new Set(looks.map(({ glyph }) => JSON.stringify(glyph))).size).toBe(looks.length);
  expect(orderMethods([...all].reverse())).toEqual(all);
  expect(all.at(-1)).toBe(fields.method);
});

test('a method without a look of its own is shown in a neutral one, under its title', () => {
  const { look: _, ...plain } = fields;
  methodFields.plain = { ...plain, method: 'plain' };
  expect(methodLook('plain')).toMatchObject({ title: fields.title, colour: 'grey', marker: 'hexagon' });
  expect(methodLook('nobody')).toMatchObject({ title: 'nobody', colour: 'grey' });
  delete methodFields.plain;
});
