import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { Term } from './Term';

test('the sign behind a word with a definition stays on its line, and what follows does not', () => {
  const page = (then: string) => renderToStaticMarkup(createElement(Term, { name: 'front', then, children: 'Pareto front' })).replace(/<span id=.*?<\/span>/, '');
  expect(page(', hollow ones')).toMatch(/^<span class="[^"]+"><button[^>]*>Pareto front<\/button>,<\/span> hollow ones$/);
  expect(page(' 12 %, ')).toMatch(/^<span class=""><button[^>]*>Pareto front<\/button><\/span> 12 %, $/);
});
