import { ADAPTERS, type Contestant, type Place } from '../entry';
import type { Peer, Works } from './peer';

type Ask = <K extends keyof Works>(kind: K, work: () => Works[K] | Promise<Works[K]>) => Contestant;

/** A peer as a contestant; its package is loaded when it starts, and the work is made then. */
const peer =
  (name: string, load: () => Promise<{ works: Peer }>, places?: readonly Place[]): Ask =>
  (kind, work) => ({
    name,
    places,
    async start({ place }) {
      const { works } = await load();
      const start = works[kind];
      if (!start) throw new Error(`${name} has no ${kind}.`);
      return start(await work(), place);
    },
  });

/** Other libraries that compute in a browser: development packages that nothing but the benchmark loads. */
export const tfjs = peer('tfjs', () => import('./tfjs'), ADAPTERS);
export const jax = peer('jax-js', () => import('./jax'));
/** Inference only, and its WebGPU provider does not work in Node. */
export const ort = peer('onnxruntime-web', () => import('./ort'), ['chromium']);
