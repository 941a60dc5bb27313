// Writes the sets of the village: node public/data/village/make.mjs [FOLDER]
// Everything is drawn by a seed from the words and rules below; nothing comes from anybody's text.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Names of people, of which the last four are things as well: only the words around tell which. */
const people = ['ann', 'bob', 'carl', 'dora', 'emil', 'fay', 'gus', 'hana', 'rose', 'lily', 'robin', 'basil'];
const things = ['lamp', 'book', 'bread', 'soup', 'tea', 'kite', 'coat', 'drum', 'boat', 'ring', 'cup', 'cake', 'rose', 'lily', 'robin', 'basil'];
const places = ['market', 'school', 'garden', 'harbour', 'mill', 'library', 'station', 'forest', 'kitchen', 'bakery'];
const kinds = ['red', 'blue', 'green', 'white', 'old', 'new', 'small', 'big'];
const deeds = ['took', 'found', 'sold', 'carried', 'cleaned', 'painted', 'lost', 'kept'];
const good = ['lovely', 'great', 'fine', 'bright', 'sweet', 'splendid'];
const bad = ['awful', 'poor', 'dull', 'sour', 'broken', 'ugly'];
const much = ['very', 'quite', 'really', 'so'];

/** Numbers from 0 to 1, the same for a seed everywhere (mulberry32). */
function drawer(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const one = (of) => of[Math.floor(next() * of.length)];
  /** So many different ones. */
  const some = (of, count) => {
    const left = [...of];
    return Array.from({ length: count }, () => left.splice(Math.floor(next() * left.length), 1)[0]);
  };
  return { next, one, some };
}

/** A few sentences on what people did: who gets a thing has it then, and what is good is kept and what is bad is sold. */
function story(d) {
  const [p, q] = d.some(people, 2);
  const [t, u] = d.some(things, 2);
  const [a, b] = d.some(places, 2);
  const fine = d.next() < 0.5;
  return d.one([
    () => `${p} took the ${d.one(kinds)} ${t} to the ${a} . now the ${t} is in the ${a} .`,
    () => `${p} found a ${t} in the ${a} and gave it to ${q} . now ${q} has the ${t} .`,
    () => `the ${t} in the ${a} was ${d.one(much)} ${d.one(fine ? good : bad)} , so ${p} ${fine ? 'kept' : 'sold'} it .`,
    () => `${p} went to the ${a} with ${q} . there ${p} bought a ${t} and ${q} bought a ${u} .`,
    () => `${p} said that the ${t} was not ${d.one(fine ? bad : good)} at all . ${p} ${fine ? 'kept' : 'sold'} it .`,
    () => `${p} ${d.one(deeds)} the ${t} in the ${a} , then ${p} went home . ${q} ${d.one(deeds)} the ${u} in the ${b} .`,
  ])();
}

/** What somebody says of a thing: good, bad, or neither. */
function mood(d) {
  const label = d.one(['good', 'bad', 'plain']);
  const [t, p] = [d.one(things), d.one(people)];
  const [same, other] = label === 'good' ? [good, bad] : [bad, good];
  const text = label === 'plain'
    ? d.one([() => `${p} took the ${t} to the ${d.one(places)}`, () => `the ${t} is in the ${d.one(places)} now`, () => `${p} has a ${d.one(kinds)} ${t}`])()
    : d.one([
        () => `the ${t} was ${d.one(much)} ${d.one(same)}`,
        () => `the ${t} was not ${d.one(other)} at all`,
        () => `everybody said that the ${t} was ${d.one(same)}`,
        () => `nobody said that the ${t} was ${d.one(other)}`,
        () => `the ${t} was ${d.one(other)} but ${p} has a ${t} that is ${d.one(same)}`,
      ])();
  return `${text},${label}`;
}

/** Words and what they name. */
function tagged(d) {
  const O = (text) => text.split(' ').map((word) => [word, 'O']);
  const [p, q, t, a] = [[d.one(people), 'PERSON'], [d.one(people), 'PERSON'], [d.one(things), 'THING'], [d.one(places), 'PLACE']];
  const all = d.one([
    () => [p, ...O('took the'), [d.one(kinds), 'O'], t, ...O('to the'), a],
    () => [p, ...O('gave the'), t, ...O('to'), q],
    () => [...O('the'), t, ...O('was in the'), a, ...O('with'), p],
    () => [p, ...O('said that the'), t, ...O('was'), [d.one(good), 'O']],
    () => [...O('now'), p, ...O('and'), q, ...O('have a'), t],
  ])();
  return JSON.stringify({ tokens: all.map(([word]) => word), tags: all.map(([, tag]) => tag) });
}

/** Two sentences and how much of them is the same: 1.25 for each of who, did, what and where. */
function alike(d) {
  const lists = [people, deeds, things, places];
  const pairs = lists.map((list) => (d.next() < 0.5 ? Array(2).fill(d.one(list)) : d.some(list, 2)));
  const sentence = (side) => `${pairs[0][side]} ${pairs[1][side]} the ${pairs[2][side]} in the ${pairs[3][side]}`;
  return `${sentence(0)},${sentence(1)},${1.25 * pairs.filter(([x, y]) => x === y).length}`;
}

/** Two facts, a question on one of them, and its answer. */
function question(d) {
  const [ps, ts, as] = [d.some(people.slice(0, 8), 2), d.some(things.slice(0, 12), 2), d.some(places, 2)];
  const passage = [0, 1].map((i) => `${ps[i]} took the ${ts[i]} to the ${as[i]} .`).join(' ');
  const i = d.next() < 0.5 ? 0 : 1;
  const [asked, answer] = d.one([[`who took the ${ts[i]} ?`, ps[i]], [`where is the ${ts[i]} ?`, as[i]], [`what did ${ps[i]} take ?`, ts[i]]]);
  return `${passage},${asked},${answer}`;
}

/** How a story begins, and three ways in which it may end, by whose rules one is right. */
function choice(d) {
  const [p, q] = d.some(people, 2);
  const [t, u] = d.some(things, 2);
  const [a, b] = d.some(places, 2);
  const fine = d.next() < 0.5;
  const [does, not] = fine ? ['kept', 'sold'] : ['sold', 'kept'];
  const [beginning, ...endings] = d.one([
    () => [`${p} took the ${d.one(kinds)} ${t} to the ${a} . now`, `the ${t} is in the ${a} .`, `the ${t} is in the ${b} .`, `the ${u} is in the ${a} .`],
    () => [`${p} found a ${t} in the ${a} and gave it to ${q} . now`, `${q} has the ${t} .`, `${p} has the ${t} .`, `${q} has the ${u} .`],
    () => [`the ${t} in the ${a} was ${d.one(much)} ${d.one(fine ? good : bad)} , so`, `${p} ${does} it .`, `${p} ${not} it .`, `${p} lost it .`],
    () => [`${p} said that the ${t} was not ${d.one(fine ? bad : good)} at all .`, `${p} ${does} it .`, `${p} ${not} it .`, `${q} ${does} it .`],
  ])();
  const order = d.some([0, 1, 2], 3);
  return [beginning, ...order.map((at) => endings[at]), order.indexOf(0)].map((cell) => (/,/.test(cell) ? `"${cell}"` : cell)).join(',');
}

/** Lines that differ from one another and from those before. */
function lines(rule, count, seed, seen) {
  const d = drawer(seed);
  const all = [];
  for (let tries = 0; all.length < count && tries < 100 * count; tries++) {
    const line = rule(d);
    if (!seen.has(line)) all.push(line);
    seen.add(line);
  }
  return all;
}

const sets = {
  moods: { rule: mood, file: 'csv', head: 'text,label', counts: [600, 100, 300] },
  tags: { rule: tagged, file: 'jsonl', counts: [400, 100, 300] },
  alike: { rule: alike, file: 'csv', head: 'sentence1,sentence2,score', counts: [800, 100, 300] },
  stories: { rule: story, file: 'txt', counts: [3000, 200, 300] },
  questions: { rule: question, file: 'csv', head: 'passage,question,answer', counts: [800, 100, 300] },
  choices: { rule: choice, file: 'csv', head: 'beginning,ending0,ending1,ending2,label', counts: [800, 100, 300] },
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = process.argv[2] ?? dirname(fileURLToPath(import.meta.url));
  Object.entries(sets).forEach(([name, { rule, file, head, counts }], s) => {
    const seen = new Set();
    mkdirSync(join(folder, name), { recursive: true });
    ['train', 'validation', 'test'].forEach((split, i) => writeFileSync(join(folder, name, `${split}.${file}`), `${[...(head ? [head] : []), ...lines(rule, counts[i], 100 * s + i + 1, seen)].join('\n')}\n`));
  });
}
