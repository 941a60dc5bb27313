import { defined } from '../../numbers/defined';
import { laneMask } from './arithmetic';
import { choose, constantOf, get, i32, make, set, splat, type Code, type Local, type Step } from './ir';
import { mostOf } from './most';
import { leafOffsets, leavesOf, offsetOf, partOf, scalar, strideOf, type Type } from './types';
import { lane, machineOf, part, valueOf, wasmOf, type Numbers, type Value } from './values';

/** Place of a value that can be read and, mostly, written. */
export type Place =
  | { kind: 'locals'; type: Type; locals: Local[] }
  /** A number of a vector that is in a local. */
  | { kind: 'lane'; type: Type; local: Local; lane: number | Code }
  /** One of several, by an index that is known when it runs. */
  | { kind: 'choice'; type: Type; options: Place[]; index: Code }
  /** `last`, if there, is what an unsized array may be indexed with at most; `inside` is true where writing counts. */
  | { kind: 'memory'; type: Type; address: Code; offset: number; last?: Code; inside?: Code; writable: boolean };

const bytesOf = (type: Numbers): 4 | 8 | 16 => (type.kind === 'scalar' ? 4 : type.size === 2 ? 8 : 16);

/** Types that memory can hold here: three numbers side by side would be written over what follows. */
export const fitsMemory = (type: Type): boolean => leavesOf(type.kind === 'array' ? { ...type, count: type.count ?? 1 } : type).every((leaf) => leaf.of !== 'bool' && (leaf.kind === 'scalar' || leaf.size !== 3));

export function read(place: Place): Value {
  switch (place.kind) {
    case 'locals':
      return { type: place.type, leaves: place.locals.map(get) };
    case 'lane': {
      const { of } = place.type as Numbers;
      const all = valueOf({ kind: 'vec', size: 4, of }, get(place.local));
      if (typeof place.lane === 'number') return lane(all, place.lane);
      return pick(place.lane, [0, 1, 2, 3].map((i) => lane(all, i)));
    }
    case 'choice':
      return pick(place.index, place.options.map(read));
    case 'memory': {
      const offsets = leafOffsets(place.type);
      return {
        type: place.type,
        leaves: leavesOf(place.type).map((leaf, i) => ({ op: 'load', type: wasmOf(leaf), bytes: bytesOf(leaf), address: place.address, offset: place.offset + defined(offsets[i]) })),
      };
    }
  }
}

/** The steps that write a value. */
export function write(place: Place, value: Value): Step[] {
  switch (place.kind) {
    case 'locals':
      return place.locals.map((local, i) => set(local, defined(value.leaves[i])));
    case 'lane': {
      const { of } = place.type as Numbers;
      const machine = machineOf(of);
      const code = of === 'bool' ? make('i32', 'i32.sub', i32(0), defined(value.leaves[0])) : defined(value.leaves[0]);
      if (typeof place.lane === 'number') return [set(place.local, { op: 'do', type: 'v128', name: `${machine}x4.replace_lane`, args: [get(place.local), code], lane: place.lane })];
      return [set(place.local, make('v128', 'v128.bitselect', splat(machine, code), get(place.local), laneMask(place.lane)))];
    }
    case 'choice':
      return place.options.map((option, i) => ({ kind: 'if', condition: make('i32', 'i32.eq', place.index, i32(i)), then: write(option, value), otherwise: [] }));
    case 'memory': {
      const offsets = leafOffsets(place.type);
      const stores = leavesOf(place.type).map((leaf, i): Step => ({ kind: 'store', bytes: bytesOf(leaf), address: place.address, offset: place.offset + defined(offsets[i]), value: defined(value.leaves[i]) }));
      return place.inside ? [{ kind: 'if', condition: place.inside, then: stores, otherwise: [] }] : stores;
    }
  }
}

/** A field of a place. */
export function field(place: Place, name: string): Place | undefined {
  if (place.kind === 'choice') return eachOption(place, (option) => field(option, name));
  if (place.type.kind !== 'struct') return undefined;
  const found = partOf(place.type, name);
  if (!found) return undefined;
  if (place.kind === 'locals') return { ...place, type: found.type, locals: place.locals.slice(found.first, found.first + leavesOf(found.type).length) };
  if (place.kind === 'memory') return { ...place, type: found.type, offset: place.offset + offsetOf(place.type, name) };
  return undefined;
}

/** Element of a place at an index, which is a constant or code that can be used twice. An index outside is clamped, and not written. */
export function element(place: Place, index: Code): Place | undefined {
  const { type } = place;
  const known = index.op === 'const' ? index.value : undefined;
  if (place.kind === 'choice') return eachOption(place, (option) => element(option, index));
  if (place.kind === 'memory') return inMemory(place, index);
  if (place.kind !== 'locals') return undefined;
  if (type.kind === 'vec') return { kind: 'lane', type: scalar(type.of), local: defined(place.locals[0]), lane: known === undefined ? index : Math.min(known >>> 0, type.size - 1) };
  const count = type.kind === 'mat' ? type.columns : type.kind === 'array' ? type.count! : 0;
  const at = (i: number): Place => {
    const { type: of, first } = partOf(type, i)!;
    return { kind: 'locals', type: of, locals: place.locals.slice(first, first + leavesOf(of).length) };
  };
  if (!count) return undefined;
  if (known !== undefined) return at(Math.min(known >>> 0, count - 1));
  const options = Array.from({ length: count }, (_, i) => at(i));
  return { kind: 'choice', type: defined(options[0]).type, options, index };
}

function inMemory(place: Extract<Place, { kind: 'memory' }>, index: Code): Place | undefined {
  const { type } = place;
  const of = type.kind === 'array' ? type.of : type.kind === 'mat' ? partOf(type, 0)!.type : type.kind === 'vec' ? scalar(type.of) : undefined;
  if (!of) return undefined;
  const count = type.kind === 'array' ? type.count : type.kind === 'mat' ? type.columns : type.kind === 'vec' ? type.size : 0;
  const stride = type.kind === 'vec' ? 4 : strideOf(of);
  const last = count === undefined ? place.last! : i32(count - 1);
  const outside = mostOf(index) <= (constantOf(last) ?? -1) ? i32(0) : make('i32', 'i32.gt_u', index, last);
  const at = make('i32', 'i32.mul', choose(outside, last, index), i32(stride));
  const within = make('i32', 'i32.eqz', outside);
  const sure = within.op === 'const' && within.value === 1;
  return {
    kind: 'memory',
    type: of,
    writable: place.writable,
    ...(at.op === 'const' ? { address: place.address, offset: place.offset + at.value } : { address: make('i32', 'i32.add', place.address, at), offset: place.offset }),
    ...((place.inside || !sure) && { inside: place.inside && !sure ? make('i32', 'i32.and', place.inside, within) : (place.inside ?? within) }),
  };
}

function eachOption(place: Extract<Place, { kind: 'choice' }>, each: (option: Place) => Place | undefined): Place | undefined {
  const options = place.options.map(each);
  return options.every((option) => option !== undefined) ? { ...place, type: defined(options[0]).type, options } : undefined;
}

/** Element of a value at an index, which is a constant or code that can be used often. */
export function elementOf(value: Value, index: Code): Value | undefined {
  const { type } = value;
  const count = type.kind === 'vec' ? type.size : type.kind === 'mat' ? type.columns : type.kind === 'array' ? type.count : undefined;
  if (!count) return undefined;
  if (index.op === 'const') return part(value, Math.min(index.value >>> 0, count - 1));
  return pick(index, Array.from({ length: count }, (_, i) => part(value, i)!));
}

/** The option at an index; the last where it lies outside. */
function pick(index: Code, options: Value[]): Value {
  return options.reduceRight((rest, option, i) => ({ type: option.type, leaves: option.leaves.map((leaf, k) => choose(make('i32', 'i32.eq', index, i32(i)), leaf, defined(rest.leaves[k]))) }));
}

