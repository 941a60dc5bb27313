import { unpacked } from './pack';
import type { Kernels } from './template';

/** Opened once, with the first kernel that is asked for. */
let opened: Promise<Kernels> | undefined;

/** The file that the build made, compressed: beside the page, at an address; in the package it is there as it is. */
export async function kernelsFile(): Promise<Blob> {
  const { default: given } = (await import('#kernels?url')) as { default: string | Blob };
  if (typeof given !== 'string') return given;
  const response = await fetch(given);
  if (!response.ok) throw new Error(`the kernels for the processor could not be fetched (${response.status})`);
  return response.blob();
}

async function open(): Promise<Kernels> {
  const bytes = await new Response((await kernelsFile()).stream().pipeThrough(new DecompressionStream('gzip'))).arrayBuffer();
  return unpacked(new Uint8Array(bytes));
}

/** Kernels for the processor that the build compiled. */
export const kernels: Kernels = async (name, text) => {
  opened ??= open();
  // Asked again, it is opened again where it could not be.
  opened.catch(() => (opened = undefined));
  return (await opened)(name, text);
};
