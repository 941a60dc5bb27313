import { existsSync, readdirSync } from 'node:fs';

/** False where it is known that this machine has no graphics card: on Linux without a device file of one. */
export const hasCard = (): boolean =>
  process.platform !== 'linux' ||
  ['/dev/nvidiactl', '/dev/dxg', '/dev/kfd'].some((path) => existsSync(path)) ||
  (existsSync('/dev/dri') && readdirSync('/dev/dri').some((name) => name.startsWith('renderD')));
