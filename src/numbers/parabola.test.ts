import { expect, test } from 'vitest';
import { parabola } from './parabola';

test('three points lie on it', () => {
  const at = parabola([[-1, 8], [2, 5], [3, 12]]);
  for (const [x, y] of [[-1, 8], [0, 3], [2, 5], [3, 12], [10, 173]] as const) expect(at(x)).toBeCloseTo(y, 9);
});

test('more points lie around it with the least squares: the numbers of numpy.polyfit', () => {
  const at = parabola([[-3, 5.5], [-1, 2.25], [0, 1.75], [2, 3.5], [4, 4.0], [7, 9.25]]);
  for (const [x, y] of [[-2, 3.769894272836], [1.5, 2.314353436133], [5, 5.483469773300]] as const) expect(at(x)).toBeCloseTo(y, 9);
});
