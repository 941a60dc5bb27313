import { PerspectiveCamera, Vector3 } from 'three';
import { expect, test } from 'vitest';
import { fit, homeOf } from './surfaceScene';

/** A square of two triangles that rises so much to the right and to the back. */
const square = (right: number, back: number): Vector3[] => ([[-0.5, 0.5], [0.5, 0.5], [-0.5, -0.5], [0.5, -0.5]] as const).map(([x, z]) => new Vector3(x, right * x - back * z, z));
const faces = [0, 1, 2, 1, 3, 2];

test('a surface that rises towards the eye is looked at from where it is seen', () => {
  const [usual] = [homeOf(square(0, 0), faces)];
  expect(usual.x > 0 && usual.y < 0.6).toBe(true);
  expect(homeOf(square(-0.5, 0.5), faces)).toBe(usual);
  // To the right: from the left. To the front: from further above.
  expect(homeOf(square(0.9, 0), faces).x).toBeLessThan(0);
  expect(homeOf(square(0, -0.6), faces).y).toBeGreaterThan(0.6);
});

test('what is in sight at first fills the picture, and stands in its middle', () => {
  for (const [aspect, points] of [[1.5, [...square(1, 0), new Vector3(-0.5, 0.9, -0.5)]], [0.8, square(0, 0.2)]] as const) {
    const home = homeOf([...points], faces);
    const { target, far } = fit(points, home, { fov: 32, aspect });
    const camera = new PerspectiveCamera(32, aspect, 0.1, 20);
    camera.position.copy(home).multiplyScalar(far).add(target);
    camera.lookAt(target);
    camera.updateMatrixWorld();
    const seen = points.map((point) => point.clone().project(camera));
    for (const axis of ['x', 'y'] as const) expect(Math.abs(Math.min(...seen.map((at) => at[axis])) + Math.max(...seen.map((at) => at[axis])))).toBeLessThan(0.05);
    expect(Math.max(...seen.flatMap(({ x, y }) => [Math.abs(x), Math.abs(y)]))).toBeCloseTo(0.84, 2);
  }
});
