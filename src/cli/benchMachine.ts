import { readFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { defined } from '../numbers/defined';
import { root } from './setup/run.mjs';

const PEERS = ['@jax-js/jax', '@tensorflow/tfjs-core', 'onnxruntime-web', 'webgpu'];

/** Versions, cores, and how busy they were before: what a reader needs to weigh the numbers. */
export function machineLine(runsIn: string): string {
  const version = (name: string) => (JSON.parse(readFileSync(`${root}/node_modules/${name}/package.json`, 'utf8')) as { version: string }).version;
  const cores = cpus();
  return [runsIn, ...PEERS.map((name) => `${name} ${version(name)}`), `${cores.length} cores (${cores[0]?.model.trim() ?? 'unknown'}), load before ${defined(loadavg()[0]).toFixed(1)}`].join(', ');
}
