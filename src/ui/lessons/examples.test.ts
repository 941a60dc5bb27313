import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { openRecording } from '../core/analyses/recorded';
import { PICTURED, Rows } from './Examples';
import { lessons, shotsTried } from './lessons';

const classes = ['Coat', 'Bag'];
const most = Math.max(...shotsTried);
const pictures = classes.flatMap((_, label) => Array.from({ length: most }, () => ({ label, width: 1, height: 1, rgba: new Uint8ClampedArray(4) })));

test.each(shotsTried)('%i pictures of each class stand in its row, and are said of it', (shots) => {
  const rows = renderToStaticMarkup(createElement(Rows, { pictures, classes, shots })).split('<li>').slice(1);
  expect(rows.map((row) => row.match(/<canvas/g)?.length)).toEqual([shots, shots]);
  for (const [i, row] of rows.entries()) expect(row).toContain(`aria-label="${shots} picture${shots === 1 ? '' : 's'} of the class ${classes[i]}"`);
});

test('pictures are of the data that the lesson’s recorded runs were trained on, and as many as these', async () => {
  for (const name of ['few-shots', 'budget'] as const) {
    const { runs } = await openRecording(lessons[name].recording!);
    expect(new Set(runs.map(({ spec }) => spec.data)), name).toEqual(new Set([PICTURED[name]]));
  }
  const { runs } = await openRecording('shots');
  expect([...new Set(runs.map(({ spec }) => spec.train.shots))].sort((a, b) => a - b)).toEqual([...shotsTried]);
});
