import { expect, test } from 'vitest';
import { keyActionOf } from './keys';

const keys = [...Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)), 'Enter', 'Escape', 'Tab', 'ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'PageUp', 'PageDown', 'Home', 'End', 'F5', 'b'];

test('on the stage Space, arrows and the keys of a remote control turn pages, others are as in any slide program, and no key touches a run', () => {
  const actions = Object.fromEntries(keys.flatMap((key) => [[key, keyActionOf({ key }, true)]]));
  expect(Object.entries(actions).filter(([, action]) => action === 'start' || action === 'run' || action === 'step' || action === 'stop' || typeof action === 'number')).toEqual([]);
  expect([actions[' '], actions.ArrowRight, actions.PageDown, actions.ArrowLeft, actions.PageUp, actions.Escape]).toEqual(['next', 'next', 'next', 'back', 'back', 'leave']);
  expect([actions.Home, actions.End, actions.b, actions.B, actions.f]).toEqual(['first', 'last', 'blank', 'blank', 'screen']);
  expect(keyActionOf({ key: ' ', shiftKey: true }, true)).toBe('back');
  expect(keyActionOf({ key: 'Enter', ctrlKey: true }, true)).toBe(null);
});

test('elsewhere keys are the runs\' and the charts\', and turn no pages', () => {
  expect([' ', 's', 'S', '.', 'l', '?', '3', '0', 'x', 'Escape', 'ArrowRight'].map((key) => keyActionOf({ key }, false))).toEqual(['run', 'step', 'step', 'stop', 'log', 'help', 3, null, null, null, null]);
  expect(['Home', 'End', 'b', 'f'].map((key) => keyActionOf({ key }, false))).toEqual([null, null, null, null]);
  expect(keyActionOf({ key: ' ', ctrlKey: true }, false)).toBe(null);
});

test('training starts by a chord alone', () => {
  expect(keys.filter((key) => keyActionOf({ key }, false) === 'start')).toEqual([]);
  expect([keyActionOf({ key: 'Enter', ctrlKey: true }, false), keyActionOf({ key: 'Enter', metaKey: true }, false)]).toEqual(['start', 'start']);
});
