import { spread } from '../../../figures/lines';
import { partsOf } from '../../../language/format';
import { defined } from '../../../numbers/defined';
import type { Series } from './series';
import { textWidth } from './textWidth';
import { chartWords } from '../words/chart';

/** The names at the ends of lines. */

/** Height of a line of a name, and the room before one, in em. */
const lineHeight = 1.25;
export const before = 0.75;
/** The widest room for names, in em. */
const widest = 14;
/** Of more lines than this each is named on one line, where a chart is as high as most are. */
const crowd = 7;

/** Room for words, and how they are set, in px. */
export interface Room {
  room: number;
  height: number;
  em: number;
  family: string;
}

interface Words {
  /** Text beside the label, and text under it. */
  beside: string;
  below: string;
}

export interface EndName {
  one: Series;
  words: Words;
  /** End of its line and top of the name, in px from the top of the plot. */
  end: number;
  top: number;
}

/** Width of words in em. */
const inEm = (text: string, weight: number, family: string): number => textWidth(text, `${weight} 100px ${family}`) / 100;

const isHeld = (one: Series, beside: string, { room, em, family }: Room): boolean => em * (inEm(one.label, 600, family) + inEm(` ${beside}`, 400, family)) <= room;

/** Words without the first ones where there is no room for all: a setting is told from another by its value, which stands last. */
function fromTheEnd(text: string, { room, em, family }: Room): string {
  const words = text.split(' ');
  const shown = words.map((_, first) => `${first > 0 ? '… ' : ''}${words.slice(first).join(' ')}`);
  return shown.find((some) => em * inEm(some, 400, family) <= room) ?? shown.at(-1)!;
}

/** A name and its value on one line where that holds both, else on two; what tells it apart under them. */
function onTwoLines(one: Series, box: Room): Words {
  const fits = isHeld(one, one.detail, box);
  return { beside: fits ? one.detail : '', below: fromTheEnd([fits ? '' : one.detail, one.second].filter(Boolean).join(', '), box) };
}

/** The same on one line: where lines are `alike` in their names what tells them apart comes before the value, which is added where there is room. */
function onOneLine(one: Series, alike: boolean, box: Room): Words {
  if (!alike || !one.second) return { beside: isHeld(one, one.detail, box) ? one.detail : '', below: '' };
  const both = partsOf([one.second, one.detail]);
  return { beside: isHeld(one, both, box) ? both : fromTheEnd(one.second, { ...box, room: box.room - box.em * inEm(`${one.label} `, 600, box.family) }), below: '' };
}

/** True if lines share a name and have more to be told apart by. */
const areAlike = (named: readonly Series[]): boolean => new Set(named.map(({ label }) => label)).size < named.length && named.some(({ second }) => second);

/** The names at the ends of lines, as many as there is room for, those that come first before others; the rest is counted in the last place. */
export function endNames(drawn: readonly Series[], box: Room, endOf: (one: Series) => number): { names: EndName[]; left: { top: number; text: string } | null } {
  const { height, em } = box;
  const line = lineHeight * em;
  const most = height + line;
  const named = drawn.filter((one) => one.named);
  const tall = ({ words }: { words: Words }) => (words.below ? 2 : 1) * line;
  const total = (some: readonly { words: Words }[]) => some.reduce((sum, name) => sum + tall(name), 0);
  let written = named.map((one) => ({ one, words: onTwoLines(one, box) }));
  const alike = areAlike(named);
  // The chosen ones keep their two lines as long as all are named.
  for (const strong of [false, true]) {
    if (total(written) > most) written = written.map(({ one, words }) => ({ one, words: one.strong === strong ? onOneLine(one, alike, box) : words }));
  }
  if (total(written) > most) {
    const rankOf = ({ one }: { one: Series }) => one.rank ?? (one.strong ? -1 : 0);
    const first = [...written].sort((a, b) => rankOf(a) - rankOf(b));
    while (first.length > 1 && total(first) > most - line) first.pop();
    const kept = new Set(first);
    written = written.filter((name) => kept.has(name));
  }
  const leftOut = named.length - written.length;
  const ended = written.map((name) => ({ ...name, end: endOf(name.one) }));
  const tops = spread(ended.map(({ end }) => end), written.map(tall), 0, height - (leftOut > 0 ? line : 0));
  return {
    names: ended.map((name, i) => ({ ...name, top: defined(tops[i]) })),
    left: leftOut > 0 ? { top: height, text: chartWords.moreLines(leftOut) } : null,
  };
}

/** Room at the right for the names at the ends of lines, in em. Charts that stand together share the widest. */
export function gutterOf(series: readonly Series[]): number {
  const named = series.filter((one) => one.named);
  const inLine = named.length > crowd && areAlike(named);
  const width = (text: string | undefined) => (text ? inEm(` ${text}`, 400, 'sans-serif') : 0);
  const widths = named.map((one) => inEm(one.label, 600, 'sans-serif') + Math.max(width(one.detail), inLine ? width(one.second) : 0));
  const seconds = named.map((one) => width(one.second));
  return Math.min(widest, Math.max(1, ...[...widths, ...seconds].map((wide) => before + 0.5 + wide)));
}
