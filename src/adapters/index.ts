import { said } from '../said/said';
import { dora } from './dora';
import { ConfigError } from './fields';
import { full } from './full';
import { hira } from './hira';
import { kradapter } from './kradapter';
import { linearProbe } from './linearProbe';
import { lora } from './lora';
import { loraXs } from './loraXs';
import type { Method } from './method';
import { nola } from './nola';
import { pissa } from './pissa';
import { randlora } from './randlora';
import { shira } from './shira';
import { svft } from './svft';
import { vera } from './vera';

/** All methods, one line each. */
export const methods: Record<string, Method> = {
  randlora,
  lora,
  dora,
  vera,
  nola,
  pissa,
  lora_xs: loraXs,
  shira,
  hira,
  kradapter,
  svft,
  full,
  linear_probe: linearProbe,
};

/** The method by its key. Throws ConfigError that lists them. */
export function methodOf(key: string): Method {
  const method = Object.hasOwn(methods, key) ? methods[key] : undefined;
  if (!method) throw new ConfigError(said`method ${JSON.stringify(key)} is unknown; there are ${Object.keys(methods).join(', ')}.`);
  return method;
}
