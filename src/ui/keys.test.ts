import { expect, test } from 'vitest';
import { deedOf } from './keys';

const keys = [...Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)), 'Enter', 'Escape', 'Tab', 'ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'PageUp', 'PageDown', 'Home', 'End', 'F5', 'b'];

test('on the stage Space, arrows and the keys of a remote control turn pages, and no key touches a run', () => {
  const deeds = Object.fromEntries(keys.flatMap((key) => [[key, deedOf({ key }, true)]]));
  expect(Object.entries(deeds).filter(([, deed]) => deed === 'run' || deed === 'step' || deed === 'stop' || typeof deed === 'number')).toEqual([]);
  expect([deeds[' '], deeds.ArrowRight, deeds.PageDown, deeds.ArrowLeft, deeds.PageUp, deeds.Escape]).toEqual(['next', 'next', 'next', 'back', 'back', 'leave']);
  expect(deedOf({ key: ' ', shiftKey: true }, true)).toBe('back');
});

test('elsewhere keys are the runs\' and the charts\', and turn no pages', () => {
  expect([' ', 's', 'S', '.', 'l', '?', '3', '0', 'x', 'Escape', 'ArrowRight'].map((key) => deedOf({ key }, false))).toEqual(['run', 'step', 'step', 'stop', 'log', 'help', 3, null, null, null, null]);
});
