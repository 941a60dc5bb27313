import { formatNumber } from '../../../language/format';

/** Words of the device self-test. */
export const selfTestWords = {
  button: 'Test this device',
  again: 'Test again',
  running: (done: number, total: number) => total ? `Testing, ${formatNumber(done)} of ${formatNumber(total)}` : 'Testing',
  why: 'Some graphics drivers compute wrong results without an error. This test runs the training kernels on inputs with known results.',
  passed: 'All results are right.',
  failed: 'This device computes wrong results',
  what: (problems: string) => `Found by the device test: ${problems}.`,
  kept: 'This test trained nothing. Earlier runs on this device may be wrong.',
  todo: 'Update the graphics driver, or use another browser or another graphics card. Then test again under the name of the device, above.',
  speed: (gflops: string) => `${gflops} GFLOP/s in a product of 512 × 512 × 512`,
  checks: 'What was tested',
  right: 'right',
  tiles: 'Tiles of the matrix products on this device, by timing them:',
  tileUsual: (kind: string, tile: string) => `${kind}: ${tile}, as usual`,
  tileOther: (kind: string, tile: string, usual: string) => `${kind}: ${tile}, not ${usual}`,
};
