import fc from 'fast-check';
import { unzipSync, zipSync } from 'fflate';
import { defined } from '../../numbers/defined';
import type { Files, Parser } from './parser';

/** Damage to files as it comes: by a bad cable, by a bug of whoever wrote them, and on purpose. */

/** A whole number below another, drawn by fast-check, which draws smaller ones where less damage may do. */
type Draw = (below: number) => number;

/** Damages one file; null where it has nothing of the kind. */
type Damage = (bytes: Uint8Array, draw: Draw) => Uint8Array | null;

const one = <T>(of: readonly T[], draw: Draw): T => defined(of[draw(of.length)]);
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const joined = (...parts: Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));
/** A place in a file: everywhere, but often in its first or last bytes, where what describes the rest stands. */
const placeIn = (bytes: Uint8Array, draw: Draw): number => {
  const near = Math.min(bytes.length, 1 + draw(400));
  return defined([draw(bytes.length), draw(near), bytes.length - 1 - draw(near)][draw(3)]);
};

const bytewise: Record<string, Damage> = {
  'bit flips': (bytes, draw) => {
    if (bytes.length === 0) return null;
    const out = bytes.slice();
    for (let n = 1 + draw(8); n > 0; n--) {
      const at = placeIn(out, draw);
      out[at] = defined(out[at]) ^ (1 << draw(8));
    }
    return out;
  },
  'bytes': (bytes, draw) => {
    if (bytes.length === 0) return null;
    const out = bytes.slice();
    for (let n = 1 + draw(4); n > 0; n--) out[placeIn(out, draw)] = one([0, 1, 32, 34, 44, 127, 128, 255, draw(256)], draw);
    return out;
  },
  'truncation': (bytes, draw) => (draw(4) > 0 ? bytes.slice(0, draw(bytes.length + 1)) : bytes.slice(draw(bytes.length + 1))),
  'splice': (bytes, draw) => {
    if (bytes.length < 2) return null;
    const [from, to] = [draw(bytes.length), draw(bytes.length)];
    const part = bytes.subarray(from, Math.min(bytes.length, from + 1 + draw(64)));
    return draw(2) > 0 ? joined(bytes.subarray(0, to), part, bytes.subarray(to)) : joined(bytes.subarray(0, to), part, bytes.subarray(to + part.length));
  },
  'removal': (bytes, draw) => {
    const from = draw(bytes.length + 1);
    return joined(bytes.subarray(0, from), bytes.subarray(from + 1 + draw(32)));
  },
  'repetition': (bytes, draw) => {
    if (bytes.length === 0) return null;
    const from = draw(bytes.length);
    const part = bytes.subarray(from, from + 1 + draw(64));
    return joined(bytes.subarray(0, from), ...Array.from({ length: 1 + draw(16) }, () => part), bytes.subarray(from));
  },
  'noise': (bytes, draw) => {
    const at = draw(bytes.length + 1);
    return joined(bytes.subarray(0, at), Uint8Array.from({ length: 1 + draw(32) }, () => draw(256)), bytes.subarray(at));
  },
  'length fields': (bytes, draw) => {
    const width = one([2, 4, 8], draw);
    if (bytes.length < width) return null;
    const out = bytes.slice();
    const at = Math.min(placeIn(out, draw), out.length - width);
    const value = one([0n, 1n, 0x7fn, 0xffn, 0x7fffn, 0xffffn, 0x7fffffffn, 0xffffffffn, 0x7fffffffffffffffn, 0xffffffffffffffffn, BigInt(bytes.length), BigInt(bytes.length + 1), BigInt(draw(2 ** 31))], draw);
    const field = new Uint8Array(BigUint64Array.of(BigInt.asUintN(8 * width, value)).buffer).slice(0, width);
    out.set(draw(4) > 0 ? field : field.reverse(), at);
    return out;
  },
};

/** JSON in the place of something else. What takes long to read is drawn seldom. */
const plainValues = ['null', 'true', '0', '-1', '0.5', '1', '7', '64', '1e4', '1e9', '4294967296', '9007199254740993', '1e308', '-1e999', '1e999', '""', '" "', '"x"', '"__proto__"', '"constructor"', '"../x"', '"\\u0000"', '"\\ud800"', '"<img src=x onerror=alert(1)>"', '[]', '{}', '[[]]', '[null]', '[1,2]', '["a","b"]', '{"a":1}', '{"__proto__":{"x":1}}', '{"constructor":{"prototype":1}}', '{"length":1e9}'];
const hugeValues = ['9'.repeat(400), `"${'x'.repeat(100_000)}"`, `${'['.repeat(20_000)}${']'.repeat(20_000)}`, `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`, `[${'0,'.repeat(20_000)}0]`, `{${Array.from({ length: 2000 }, (_, i) => `"k${i}":${i}`).join()}}`];
const valueText = (draw: Draw): string => one(draw(40) === 0 ? hugeValues : plainValues, draw);

interface Place {
  holder: Record<string, unknown> | unknown[];
  key: string;
}

/** Every value of a JSON tree, by where it stands. */
function placesIn(value: unknown, found: Place[] = []): Place[] {
  if (typeof value === 'object' && value !== null) {
    for (const key of Object.keys(value)) {
      found.push({ holder: value as Place['holder'], key });
      placesIn((value as Record<string, unknown>)[key], found);
    }
  }
  return found;
}

const HOLE = '@@hole@@';

/** Damages the values of a JSON text; null where it is none. */
const inJson = (change: (place: Place, draw: Draw, places: Place[]) => string | void) => (text: string, draw: Draw): string | null => {
  try {
    const json: unknown = JSON.parse(text);
    const places = placesIn(json);
    if (places.length === 0) return null;
    const put = change(one(places, draw), draw, places);
    const out = JSON.stringify(json);
    return put === undefined ? out : out.replace(`"${HOLE}"`, () => put);
  } catch {
    return null; // no JSON, or one that a fault before this one has nested too deep to walk
  }
};
const put = ({ holder, key }: Place, value: unknown): void => void Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });

const structured: Record<string, (text: string, draw: Draw) => string | null> = {
  'wrong values': inJson((place, draw) => {
    put(place, HOLE);
    return valueText(draw);
  }),
  'missing fields': inJson(({ holder, key }) => void (Array.isArray(holder) ? holder.splice(Number(key), 1) : delete holder[key])),
  'fields too many': inJson(({ holder }, draw) => {
    if (Array.isArray(holder)) return void holder.push(...Array.from({ length: 1 + draw(4) }, () => holder[0]));
    put({ holder, key: one(['__proto__', 'constructor', 'toString', 'length', '', 'x'.repeat(2000), 'added'], draw) }, HOLE);
    return valueText(draw);
  }),
  'values of others': inJson((place, draw, places) => {
    const other = one(places, draw);
    const value = (other.holder as Record<string, unknown>)[other.key];
    // A copy by text: one that holds itself would never end.
    put(place, JSON.parse(JSON.stringify(value ?? null)));
  }),
  'scaled numbers': inJson(({ holder, key }, draw) => {
    const value = (holder as Record<string, unknown>)[key];
    if (typeof value === 'number') put({ holder, key }, value * one([-1, 0.5, 2, 3, 10, 1000, 1e6, 1e12], draw) + one([0, 0, 1, -1], draw));
  }),
  'keys twice': (text, draw) => {
    const keys = [...text.matchAll(/"(?:[^"\\]|\\.)*"\s*:/g)];
    if (keys.length === 0) return null;
    const { 0: key, index } = one(keys, draw);
    return `${text.slice(0, index)}${key}${valueText(draw)},${text.slice(index)}`;
  },
};

/** The same of a file that is JSON; with `lines`, of one of its lines. */
const ofText = (damage: (text: string, draw: Draw) => string | null, lines = false): Damage => (bytes, draw) => {
  const text = new TextDecoder().decode(bytes);
  if (!lines) {
    const out = damage(text, draw);
    return out === null ? null : utf8(out);
  }
  const all = text.split('\n');
  const at = draw(all.length);
  const line = damage(defined(all[at]), draw);
  return line === null ? null : utf8(all.with(at, line).join('\n'));
};

/** The same of the header of a safetensors file, whose length is made right again. */
const ofHeader = (damage: (text: string, draw: Draw) => string | null): Damage => (bytes, draw) => {
  if (bytes.length < 8) return null;
  const length = new DataView(bytes.buffer, bytes.byteOffset, 8).getUint32(0, true);
  const header = damage(new TextDecoder().decode(bytes.subarray(8, 8 + length)), draw);
  if (header === null) return null;
  const text = utf8(header);
  const head = new Uint8Array(8);
  new DataView(head.buffer).setUint32(0, text.length, true);
  return joined(head, text, bytes.subarray(8 + length));
};

const cells = ['', '""', '"', '","', '=1+1', '-2+3', '@SUM(A1)', '1e999', 'NaN', '\0', '\ufeff', '\r', '\r\n', '\n\n', ';', '\t', '../../x', '__proto__', '‮abc', 'x'.repeat(20_000), ','.repeat(1500)];

/** Damages the cells and lines of a table. */
const inTable: Record<string, Damage> = {
  'cells': (bytes, draw) => {
    const parts = new TextDecoder().decode(bytes).split(/([,\n])/);
    return utf8(parts.with(draw(parts.length), one(cells, draw)).join(''));
  },
  'lines': (bytes, draw) => {
    const lines = new TextDecoder().decode(bytes).split('\n');
    const [a, b] = [draw(lines.length), draw(lines.length)];
    return utf8((draw(2) > 0 ? lines.with(a, defined(lines[b])) : lines.toSpliced(a, draw(3), ...Array.from({ length: draw(20) }, () => defined(lines[b])))).join('\n'));
  },
};

/** Damages a file inside a zip, whose checksums and sizes are made right again. */
const inside: Damage = (bytes, draw) => {
  let files: Record<string, Uint8Array>;
  try {
    // It believes sizes, and a fault before this one may have made one of gigabytes.
    files = unzipSync(bytes, { filter: ({ size, originalSize }) => Math.max(size, originalSize) < 2 ** 20 });
  } catch {
    return null;
  }
  const paths = Object.keys(files).sort();
  const path = paths[draw(paths.length)];
  if (path === undefined) return null;
  const kind = draw(8);
  if (kind === 0) delete files[path];
  else if (kind === 1) files[one(['../x', '__proto__', '/etc/x', 'a/./b', `${path}/x`, 'x'.repeat(3000)], draw)] = defined(files[path]);
  else files[path] = damageOf(path, defined(files[path]), draw).bytes;
  // A project's files are stored as they are.
  return zipSync(files, { level: 'project.json' in files ? 0 : 6, mtime: '2020-01-01' });
};

const named = (of: Record<string, (text: string, draw: Draw) => string | null>, make: (damage: (text: string, draw: Draw) => string | null) => Damage) => Object.fromEntries(Object.entries(of).map(([name, damage]) => [name, make(damage)]));

const json = named(structured, (damage) => ofText(damage));
const kinds: [RegExp, Record<string, Damage>][] = [
  [/\.safetensors$/, named(structured, ofHeader)],
  [/\.json$/, json],
  [/\.jsonl$/, named(structured, (damage) => ofText(damage, true))],
  [/\.(csv|tsv|txt)$/, inTable],
  [/\.(zip|fullrank)$/, { inside }],
];

function damageOf(path: string, bytes: Uint8Array, draw: Draw): { bytes: Uint8Array; fault: string } {
  const own = kinds.find(([ending]) => ending.test(path))?.[1];
  // What a format knows of itself gets deeper than bytes, most of which a checksum or JSON's grammar stops.
  for (let tries = 0; tries < 4; tries++) {
    const of = own && draw(3) > 0 ? own : bytewise;
    const fault = one(Object.keys(of), draw);
    const out = defined(of[fault])(bytes, draw);
    if (out) return { bytes: out, fault };
  }
  return { bytes, fault: 'none' };
}

/** A set of files with one to three faults, and the kinds of faults. */
export interface Damaged {
  files: Files;
  faults: string[];
}

/** Sets of files, of these whole ones, with one to three faults in those whose path fits. */
export const damaged = (samples: readonly Files[], { hit = /^/ }: Pick<Parser, 'hit'>): fc.Arbitrary<Damaged> =>
  fc.gen().map((value) => {
    // One arbitrary for all: it keeps each that it meets.
    const draw: Draw = (below) => value(fc.nat) % below;
    const whole = one(samples, draw);
    const files: Record<string, Uint8Array> = { ...whole };
    const faults: string[] = [];
    const paths = Object.keys(files).filter((path) => hit.test(path));
    for (let n = one([1, 1, 1, 2, 3], draw); n > 0; n--) {
      const path = one(paths, draw);
      const { bytes, fault } = damageOf(path, defined(files[path]), draw);
      files[path] = bytes;
      faults.push(fault);
    }
    return { files, faults, [fc.toStringMethod]: () => `${faults.join(', ')}: ${paths.filter((path) => files[path] !== whole[path]).map((path) => excerpt(path, defined(whole[path]), defined(files[path]))).join('; ')}` };
  });

/** Bytes of a damaged file from a little before its first fault on, in words of JSON. */
function excerpt(path: string, whole: Uint8Array, bytes: Uint8Array): string {
  const first = bytes.findIndex((byte, i) => byte !== whole[i]);
  const from = Math.max(0, (first < 0 ? bytes.length : first) - 40);
  return `${path} (${bytes.length} bytes) from byte ${from} on ${JSON.stringify(Buffer.from(bytes.subarray(from, from + 300)).toString('latin1'))}`;
}
