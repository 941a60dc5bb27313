import { defined } from '../numbers/defined';
import { decode, encode, type Kernels, type Template } from './template';

/** A short name of a text; two of one kernel would have to meet in 53 bits. Source: bryc, cyrb53. */
export function hashOf(text: string): string {
  let [a, b] = [0xdeadbeef, 0x41c6ce57];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return (4294967296 * (2097151 & b) + (a >>> 0)).toString(36);
}

/** Of a text without comments and blanks, which a build leaves out. */
const keyOf = (name: string, text: string): string => `${name} ${hashOf(text.replace(/\/\/.*/g, '').replace(/\s+/g, ''))}`;

/** All kernels in one file: how long its index is, the index (where each begins and ends, by name and text), and the kernels. */
export function packed(all: { name: string; text: string; template: Template }[]): Uint8Array<ArrayBuffer> {
  // By name: what is alike lies side by side, where compression finds it.
  const sorted = [...all].sort((a, b) => (a.name < b.name ? -1 : 1));
  const files = sorted.map(({ template }) => encode(template));
  let at = 0;
  const index = Object.fromEntries(files.map((file, i) => [keyOf(defined(sorted[i]).name, defined(sorted[i]).text), [at, (at += file.length)]]));
  const head = new TextEncoder().encode(JSON.stringify(index));
  const pack = new Uint8Array(4 + head.length + at);
  new DataView(pack.buffer).setUint32(0, head.length, true);
  pack.set(head, 4);
  for (const [i, file] of files.entries()) pack.set(file, 4 + head.length + defined(defined(Object.values(index)[i])[0]));
  return pack;
}

/** The kernels of such a file. One that is not among them was changed after the file was made. */
export function unpacked(pack: Uint8Array): Kernels {
  const length = new DataView(pack.buffer, pack.byteOffset).getUint32(0, true);
  const index = JSON.parse(new TextDecoder().decode(pack.subarray(4, 4 + length))) as Record<string, [number, number]>;
  return (name, text) => {
    const place = index[keyOf(name, text)];
    if (!place) return Promise.reject(new Error(`the kernel ${name} was not compiled when the page was built`));
    return Promise.resolve(decode(pack.slice(4 + length + place[0], 4 + length + place[1])));
  };
}
