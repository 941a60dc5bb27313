import { expect, test } from 'vitest';
import { defined } from '../numbers/defined';
import type { Landscape, Measured } from './analysis.meta';
import { landscapeCsv } from './export.meta';
import { lengthsOf } from './plane.meta';

const measured: Measured = { loss: 0.5, accuracy: 0.25 };
const plane = { unit_x: 10, unit_y: 5, cosine: 0.6, pretrained: { x: 0.5, y: 0, residual: 2, distance: 3 } };
const made = {
  runs: ['=a', 'b', 'c'].map((name) => ({ id: name, name, method: 'lora' })), spec: { grid: 2, x: [-1, 1], y: [-1, 1] }, plane,
  sets: [{ split: 'val', images: 1, of: 1, loss: Float32Array.of(-1.5, 1, NaN, 2), accuracy: Float32Array.of(0, 0.5, NaN, 1), corners: [measured, measured, measured], pretrained: measured }],
  lines: [{ from: 0, to: 1, length: 1, t: [0, 0.5, 1], sets: [{ loss: [1, 2, 3], accuracy: [0, 0, 0], barrier: 0, at: 0 }] }],
  paths: [{ run: 1, points: [{ step: 5, x: 0.2, y: 0.4, residual: 1.25, distance: 1, measured: [measured] }] }],
} as unknown as Landscape;

test('a landscape’s file has a place for each row, as measured and as the map shows it; every number is plain and alone', () => {
  const [head, ...rows] = landscapeCsv(made).trimEnd().split('\n').map((line) => line.replaceAll(/"([^"]*)"/g, (_, text: string) => text.replaceAll(',', ';')).split(','));
  expect(head).toEqual(['what', 'images', 'run', 'x', 'y', 'from =a towards c; ‖ΔW‖', 'off that line; ‖ΔW‖', 'share of =a', 'share of b', 'share of c', 'step', 'off the plane; ‖ΔW‖', 'loss', 'accuracy; %']);
  const at = lengthsOf(plane).at(0.5, 1);
  expect(at[0]).toBeCloseTo(8);
  expect(rows.filter(([what]) => what === 'run')[1]).toEqual(['run', 'val', 'b', '0.5', '1', '8', '4', '0', '1', '0', '', '0', '0.5', '25']);
  expect(rows.find(([what]) => what === 'pretrained')!.slice(3, 7)).toEqual(['0.5', '0', '5', '0']);
  expect(rows.filter(([what]) => what === 'grid').map((row) => row.slice(3, 10))).toEqual([['-1', '-1', '-13', '-4', '2.5', '-1', '-0.5'], ['0', '-1', '-3', '-4', '1.5', '-1', '0.5'], ['0', '0', '0', '0', '1', '0', '0']]);
  expect(defined(rows.filter(([what]) => what === 'line')[1]).slice(2, 10)).toEqual(["'=a to b", '0.25', '0.5', '4', '2', '0.5', '0.5', '0']);
  expect(rows.find(([what]) => what === 'path')).toEqual(['path', 'val', 'b', '0.2', '0.4', '3.2', '1.6', '', '', '', '5', '1.25', '0.5', '25']);
  expect(rows.map((row) => row.length)).toEqual(rows.map(() => 14));
  // Only names are set off.
  expect(rows.flatMap((row) => row.slice(3)).filter((cell) => cell !== '' && !Number.isFinite(Number(cell)))).toEqual([]);
  const line = landscapeCsv({ ...made, plane: null, runs: made.runs.slice(0, 2), sets: made.sets.map((set) => ({ ...set, loss: new Float32Array(), accuracy: new Float32Array(), corners: set.corners.slice(0, 2) })), paths: [] });
  expect(line).toContain('\nline,val,"\'=a to b",,,,,0.5,0.5,,0,2,0\n');
});
