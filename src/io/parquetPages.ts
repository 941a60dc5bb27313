import type { ColumnMetaData, CompressionCodec, Compressors, PageHeader } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { decompressPage } from 'hyparquet/src/datapage.js';
import { readRleBitPackedHybrid } from 'hyparquet/src/encoding.js';
import { decompress as unzstd } from 'fzstd';
import { gunzipSync } from 'fflate';
import { defined } from '../numbers/defined';
import { FormatError } from './formatError';
import { structEnd, varint } from './thrift';

/** The highest levels of a column: of what is there, and of what repeats. */
export interface Levels {
  definition: number;
  repetition: number;
}

/** Unpacked bytes a page may have for each packed one: snappy cannot do more than 22. */
const maxGrowth = 64;
const freeBytes = 2 ** 16;
const encodings = ['PLAIN', 'PLAIN_DICTIONARY', 'RLE_DICTIONARY'];

/** Codecs besides those that hyparquet brings (none and snappy), into a buffer of the stated size. */
const compressors: Compressors = {
  GZIP: (input, length) => gunzipSync(input, { out: new Uint8Array(length) }),
  ZSTD: (input, length) => unzstd(input, new Uint8Array(length)),
};
const codecs = ['UNCOMPRESSED', 'SNAPPY', ...Object.keys(compressors)];

/**
 * Checks the pages of a column chunk before hyparquet reads them, since it believes their counts and run lengths:
 * every page lies in the chunk, grows by a bounded factor, and together they hold exactly `rows` rows, of one value each where nothing
 * repeats, of levels up to `most`. Returns compressors that hand out what was unpacked here, once, in order. Throws FormatError or what a
 * library throws. Format: apache/parquet-format, README and Encodings.md.
 */
export function checkPages(chunk: Uint8Array, column: ColumnMetaData, most: Levels, rows: number): Compressors {
  if (!codecs.includes(column.codec)) throw new FormatError(`Its column ${column.path_in_schema.join('.')} is packed with ${known(column.codec)}, which is not read; write the file again with ${codecs.slice(1).join(', ')} or no compression.`);
  const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  const unpacked: Uint8Array[] = [];
  const unpack = (bytes: Uint8Array, length: number): Uint8Array => {
    if (!(length >= 0 && length <= freeBytes + maxGrowth * bytes.byteLength)) throw new FormatError(`A page of ${bytes.byteLength} bytes claims to unpack to ${known(length)}.`);
    if (column.codec === 'SNAPPY') checkSnappy(bytes, length);
    const page = decompressPage(bytes, length, column.codec, compressors);
    if (column.codec !== 'UNCOMPRESSED') unpacked.push(page);
    return page;
  };
  let found = 0;
  let at = 0;
  // As hyparquet: a single byte at the end is not a page.
  while (at < chunk.byteLength - 1) {
    structEnd(view, at);
    const reader = { view, offset: at };
    const header = parquetHeader(reader);
    at = reader.offset + header.compressed_page_size;
    if (!(header.compressed_page_size >= 0 && at <= chunk.byteLength)) throw new FormatError(`A page claims ${known(header.compressed_page_size)} bytes beyond its column.`);
    found += checkPage(chunk.subarray(reader.offset, at), header, unpack, most, rows - found);
  }
  if (found !== rows) throw new FormatError(`Its column ${column.path_in_schema.join('.')} holds ${found} values for ${rows} rows.`);
  const next = () => unpacked.shift() ?? fail('A page is read that was not checked.');
  return Object.fromEntries(codecs.slice(1).map((codec) => [codec as CompressionCodec, next]));
}

/**
 * Walks the elements of a snappy block that is said to unpack to `length` bytes: hyparquet's reader copies as many bytes as an
 * element claims before it looks whether they are there. Format: google/snappy, format_description.txt.
 */
function checkSnappy(bytes: Uint8Array, length: number): void {
  const view = viewOf(bytes);
  let { end: at } = varint(view, 0);
  let made = 0;
  while (at < bytes.byteLength) {
    const tag = defined(bytes[at++]);
    const kind = tag & 3;
    const short = tag >> 2;
    // Literals of more than 60 bytes say how many in the next one to four; copies say where from in one, two or four.
    const more = kind === 0 ? Math.max(0, short - 59) : kind === 3 ? 4 : kind;
    let number = 0;
    for (let i = 0; i < more; i++) number += view.getUint8(at + i) * 2 ** (8 * i);
    at += more;
    const size = kind === 0 ? (more ? number : short) + 1 : kind === 1 ? (short & 7) + 4 : short + 1;
    const left = Math.min(length - made, kind === 0 ? bytes.byteLength - at : Infinity);
    if (size > left) throw new FormatError(`A page claims a piece of ${size} bytes where ${left} are left.`);
    made += size;
    if (kind === 0) at += size;
  }
}

/** A header's value in a message: the library's types do not tell that a damaged one may lack anything. */
const known = (value: unknown): string => (typeof value === 'number' || typeof value === 'string' ? String(value) : '?');

/** Rows of a page, after checking it. One of lists may begin within a row. */
function checkPage(bytes: Uint8Array, header: PageHeader, unpack: (bytes: Uint8Array, length: number) => Uint8Array, most: Levels, left: number): number {
  const { data_page_header: v1, data_page_header_v2: v2, dictionary_page_header: dictionary } = header;
  if (header.type === 'DICTIONARY_PAGE' && dictionary) {
    const page = unpack(bytes, header.uncompressed_page_size);
    if (!(dictionary.num_values >= 0 && dictionary.num_values <= page.byteLength)) throw new FormatError(`A dictionary claims ${known(dictionary.num_values)} entries in ${page.byteLength} bytes.`);
    return 0;
  }
  const info = header.type === 'DATA_PAGE' ? v1 : header.type === 'DATA_PAGE_V2' ? v2 : undefined;
  if (!info) throw new FormatError(`It has a page of the kind ${known(header.type)}, which is not read.`);
  const count = info.num_values;
  if (!(count > 0 && (count <= left || most.repetition > 0))) throw new FormatError(`A page claims ${known(count)} values where ${left} rows are left.`);
  if (!encodings.includes(info.encoding)) throw new FormatError(`It is encoded as ${known(info.encoding)}; only ${encodings.join(', ')} are read. Write it again with pyarrow's defaults.`);
  let page: Uint8Array;
  let at = 0;
  let nulls = 0;
  let rows = count;
  // Lists without anything in them take hardly a bit.
  const bounded = (length: number) => {
    if (most.repetition > 0 && count > freeBytes + maxGrowth * length) throw new FormatError(`A page claims ${count} values in ${length} bytes.`);
  };
  if (v2 && header.type === 'DATA_PAGE_V2') {
    const [repetition, definition] = [v2.repetition_levels_byte_length, v2.definition_levels_byte_length];
    const levels = repetition + definition;
    if (!(repetition >= 0 && definition >= 0 && levels <= bytes.byteLength && (repetition === 0 || most.repetition > 0))) throw new FormatError('A page has levels that do not fit it.');
    bounded(bytes.byteLength);
    if (most.repetition > 0) rows = countLevels(bytes.subarray(0, repetition), 0, most.repetition, count, (level) => level === 0);
    if (most.definition > 0) nulls = countLevels(bytes.subarray(repetition, levels), 0, most.definition, count, (level) => level !== most.definition);
    if (nulls !== v2.num_nulls) throw new FormatError(`A page claims ${known(v2.num_nulls)} empty values and has ${nulls}.`);
    page = v2.is_compressed === false ? bytes.subarray(levels) : unpack(bytes.subarray(levels), header.uncompressed_page_size - levels);
  } else {
    page = unpack(bytes, header.uncompressed_page_size);
    bounded(page.byteLength);
    const levels = (max: number, counts: (level: number) => boolean): number => {
      const length = viewOf(page).getUint32(at, true);
      if (length > page.byteLength - at - 4) throw new FormatError('A page has levels that do not fit it.');
      const found = countLevels(page.subarray(at, at + 4 + length), 4, max, count, counts);
      at += 4 + length;
      return found;
    };
    if (most.repetition > 0) rows = levels(most.repetition, (level) => level === 0);
    if (most.definition > 0) nulls = levels(most.definition, (level) => level !== most.definition);
  }
  if (info.encoding === 'PLAIN') {
    // The least a value can take is a bit.
    if (count - nulls > 8 * (page.byteLength - at)) throw new FormatError(`A page claims ${count} values in ${page.byteLength} bytes.`);
  } else if (count > nulls) {
    const bits = viewOf(page).getUint8(at);
    if (bits > 31) throw new FormatError(`A page has indices of ${bits} bits.`);
    if (bits > 0) checkRuns(viewOf(page), at + 1, bits, count - nulls);
  }
  if (rows > left) throw new FormatError(`A page claims ${rows} rows where ${left} are left.`);
  return rows;
}

/** Levels up to `max` that count. */
function countLevels(bytes: Uint8Array, from: number, max: number, count: number, counts: (level: number) => boolean): number {
  const view = viewOf(bytes);
  const width = 32 - Math.clz32(max);
  checkRuns(view, from, width, count);
  const levels = new Array<number>(count);
  readRleBitPackedHybrid({ view, offset: from }, width, levels, bytes.byteLength - from);
  return levels.reduce((n, level) => n + Number(counts(level)), 0);
}

/** Walks run-length and bit-packed runs until `count` values; no run may be longer than what is left (bit-packed ones are padded to eight). */
function checkRuns(view: DataView, from: number, width: number, count: number): void {
  let at = from;
  for (let left = count; left > 0; ) {
    const { value: header, end } = varint(view, at);
    const packed = header % 2 === 1;
    const length = Math.floor(header / 2) * (packed ? 8 : 1);
    at = end + (packed ? (length * width) / 8 : Math.ceil(width / 8));
    if (length - left > (packed ? 7 : 0)) throw new FormatError(`A run of ${length} values stands where ${left} are left.`);
    // Writers may cut the padding of the last run short.
    if (at > view.byteLength && !(packed && length >= left && end + Math.ceil((left * width) / 8) <= view.byteLength)) throw new FormatError('A run of values is cut short.');
    left -= length;
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function fail(what: string): never {
  throw new FormatError(what);
}
