/** Words of the device self-test. */
export const selfTest = {
  button: 'Test this device',
  again: 'Test again',
  running: (done: number, total: number): string => (total ? `Testing, ${done} of ${total}` : 'Testing'),
  why: 'Some graphics drivers compute wrong results without an error. This runs the kernels of training on numbers whose results are known.',
  passed: 'All results are right.',
  failed: 'This device computes wrong results',
  what: (problems: string[]): string => `Found by the device test: ${problems.join('; ')}.`,
  kept: 'Nothing was trained with it by this test. Runs trained on this device before may be wrong.',
  todo: 'Update the graphics driver, or use another browser or another graphics card. Then test again under the name of the device, above.',
  speed: (gflops: number): string => `${gflops < 10 ? gflops.toFixed(1) : Math.round(gflops).toLocaleString('en')} GFLOP/s in a product of 512 × 512 × 512`,
  right: 'right',
  tiles: 'Tiles of the matrix products on this device, by timing them:',
  tile: (kind: string, tile: string, usual: string): string => `${kind.replace('product ', '')}: ${tile}${tile === usual ? ', as usual' : `, not ${usual}`}`,
};
