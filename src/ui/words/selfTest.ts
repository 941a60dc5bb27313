import { say } from '../../language/say';

/** Words of the device self-test. */
export const selfTest = {
  button: 'Test this device',
  again: 'Test again',
  running: say<[done: number, total: number]>('{is1, select, true {Testing, {0} of {1}} other {Testing}}'),
  why: 'Some graphics drivers compute wrong results without an error. This runs the kernels of training on numbers whose results are known.',
  passed: 'All results are right.',
  failed: 'This device computes wrong results',
  what: say<[problems: string]>('Found by the device test: {0}.'),
  kept: 'This test trained nothing. Earlier runs on this device may be wrong.',
  todo: 'Update the graphics driver, or use another browser or another graphics card. Then test again under the name of the device, above.',
  speed: say<[gflops: string]>('{0} GFLOP/s in a product of 512 × 512 × 512'),
  checks: 'What was tested',
  right: 'right',
  tiles: 'Tiles of the matrix products on this device, by timing them:',
  tileUsual: say<[kind: string, tile: string]>('{0}: {1}, as usual'),
  tileOther: say<[kind: string, tile: string, usual: string]>('{0}: {1}, not {2}'),
};
