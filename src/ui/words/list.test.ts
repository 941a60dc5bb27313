import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';

/** What the page said once, and newcomers did not understand; what stands instead is beside it. */
const once: [said: RegExp, now: string][] = [
  [/^it adds$/i, 'trainable'],
  [/about as large/, 'Classes are balanced.'],
  [/[Dd]rawn by chance/, 'Random split: … held out for testing'],
  [/(# runs\}|\bruns) kept\b(?! no)/, 'runs finished'],
  [/says nothing of chance/, 'One seed each: differences may be chance.'],
  [/^Again( exactly)?$/, 'Run again, Reproduce exactly'],
  [/there more than once/, 'duplicates: they count twice in training'],
  [/check is good/, 'Check passed.'],
  [/nothing is known of/, 'plus 1 run not yet timed'],
  [/how long is known after/, 'time estimate after the first run'],
  [/that wait stand here/, 'Waiting runs appear here'],
  [/takes a computer|[Ww]hat it looks like was recorded/, 'You can’t train on this device. Watch the recorded runs instead.'],
  [/[Ss]tates on the way/, 'Snapshots for the landscape'],
  [/every other (image|picture)/, 'Mirror half of the pictures at random'],
  [/takes the learning rate above/, 'Empty: same as the method’s'],
  [/passed round in quads|\bnt few\b|not rows32/, 'under developer details'],
  [/per second on google/, 'on SwiftShader (software)'],
  [/^one setting$/, '1 seed'],
  [/^(part|up|across)$/, 'differ, Y, X'],
  [/[Ll]ook(ing)? inside/, 'Analyse updates'],
  [/^\{0\} is \{1\}\.?$/, 'is now labelled'],
  [/models\}*, each on/, 'points; training and held-out pictures each'],
  [/takes the place of this project/, 'It will replace this project, which is empty'],
  [/decides over/, 'choosing the method changes'],
  [/RandLoRA with as many\b/, 'RandLoRA at the same size'],
  [/Projector sizes/, 'Large text'],
  [/Half the batch/, 'Halving the batch'],
  [/End of central directory/, 'The file is incomplete; copy it again'],
  [/^Nothing yet\.?$/, 'No imported files yet'],
  [/^The link asks for/, 'This project uses'],
];

const src = join(import.meta.dirname, '../..');
const among = (folder: string, pattern: RegExp): string[] => readdirSync(join(src, folder)).filter((name) => pattern.test(name) && !name.endsWith('.test.ts')).map((name) => join(folder, name));
const files = ['ui/strings.ts', ...among('ui/words', /\.ts$/), ...among('language', /\.ts$/), ...among('figures', /Words\.ts$/), 'adapters/fields.ts', ...among('adapters', /\.fields\.ts$/), 'train/config.ts'];

/** What a file says: its texts and messages, without the keys that stand for them in code. */
function textsOf(file: string): string[] {
  const texts: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isLiteralTypeNode(node)) return;
    if (ts.isStringLiteralLike(node)) texts.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, readFileSync(join(src, file), 'utf8'), ts.ScriptTarget.Latest, true));
  return texts;
}
const texts = files.flatMap((file) => textsOf(file).map((text) => ({ file, text })));

test('none of what newcomers did not understand is said again', () => {
  expect(texts.length).toBeGreaterThan(2000);
  expect(texts.flatMap(({ file, text }) => once.filter(([said]) => said.test(text)).map(([, now]) => `${file}: “${text}”, where it would be: ${now}`))).toEqual([]);
});
