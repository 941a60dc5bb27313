import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { defined } from '../numbers/defined';
import { ChatError } from './chatError';
import { ChatTemplate, type Message } from './chatTemplate';
import { FormatError } from './formatError';

interface Rendered {
  template: string;
  chat: string;
  text: string | null;
  asked: string | null;
  /** Texts that the template marks, as transformers finds them. */
  marked: string[];
  error?: string;
}
const golden = JSON.parse(readFileSync(new URL('../testing/fixtures/chats.json', import.meta.url), 'utf8')) as { tokens: Record<string, string>; templates: Record<string, string>; chats: Record<string, Message[]>; rendered: Rendered[] };
const { tokens } = golden;
const write = (template: string, messages: Message[] = [], asks = false) => new ChatTemplate(template, tokens).render(messages, { asks }).text;

test.each(Object.keys(golden.templates))('%s: chats as Jinja in Python writes them, with what is marked', (name) => {
  const template = new ChatTemplate(defined(golden.templates[name]), tokens);
  for (const { chat, text, asked, marked, error } of golden.rendered.filter((one) => one.template === name)) {
    const messages = defined(golden.chats[chat]);
    if (text === null) {
      expect(() => template.render(messages), chat).toThrow(`The chat template refuses it: ${error}`);
      continue;
    }
    const rendered = template.render(messages);
    expect(rendered.text, chat).toBe(text);
    expect(rendered.marked.map(([from, to]) => text.slice(from, to)), chat).toEqual(marked.filter((one) => one !== ''));
    expect(template.render(messages, { asks: true }).text, chat).toBe(asked);
  }
});

test('a text with the letters by which marks are found is one without marks', () => {
  const template = new ChatTemplate(defined(golden.templates['marked']), tokens);
  const { text, marked } = template.render([{ role: 'user', content: 'a\uFDD0b' }, { role: 'assistant', content: 'c' }]);
  expect(text).toContain('a\uFDD0b');
  expect(marked).toEqual([]);
});

test('today is said in English, as Python says it', () => {
  expect(write("{{ strftime_now('%d %b %Y') }}")).toMatch(/^\d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) 20\d\d$/);
  expect(write("{{ strftime_now('%A %B %y %H:%M:%S %% %Q') }}")).toMatch(/^[A-Z][a-z]+day [A-Z][a-z]+ \d\d \d\d:\d\d:\d\d % %Q$/);
});

test('a template that refuses a chat and gives no reason is said to give none', () => {
  for (const why of ['', 'nothing', 'messages', "''"]) expect(() => write(`{{ raise_exception(${why}) }}`)).toThrow(/^The chat template refuses it, and does not say why\.$/);
  expect(() => write("{{ raise_exception('no tools') }}")).toThrow('The chat template refuses it: no tools');
});

test('of several templates the one called default; another kind is refused', () => {
  const of = (template: unknown) => ChatTemplate.of({ template, tokens });
  expect([of(null), of(undefined)]).toEqual([null, null]);
  expect(of('a{{ 1 }}')!.render([]).text).toBe('a1');
  expect(of([{ name: 'tool_use', template: 'b' }, { name: 'default', template: 'c' }])!.render([]).text).toBe('c');
  expect(() => of([{ name: 'rag', template: 'b' }])).toThrow(/none of them is called default/);
  expect(() => of({ a: 1 })).toThrow(FormatError);
});

test('what is no template, or too long to be one, is refused in a sentence', () => {
  for (const bad of ['{% for x in y %}', '{{ (', '{% if %}', '{{ "a', '{% macro', '{#', '{{ [1, }}', '{% endfor %}', '{{ a b }}', `{{${'('.repeat(50_000)}`]) {
    expect(() => new ChatTemplate(bad, tokens).render([{ role: 'user', content: 'x' }]), bad.slice(0, 40)).toThrow(/^The chat template .*[.!?]$/);
  }
  expect(() => new ChatTemplate('x'.repeat(300_000), tokens)).toThrow('300000 letters');
  expect(() => new ChatTemplate(`${' '.repeat(150_000)}{%`, tokens)).toThrow('blanks in a row');
});

const loop = (body: string, count = 60) => `{% set ns = namespace(a='x', b=[1, 2]) %}{% for i in range(${count}) %}${body}{% endfor %}`;

test.each([
  ['loops in loops', '{% for a in range(1000) %}{% for b in range(1000) %}{% for c in range(1000) %}{% endfor %}{% endfor %}{% endfor %}'],
  ['a range', '{% for a in range(1000000000) %}{% endfor %}'],
  ['a range that goes nowhere', '{% for a in range(0, 10, 0) %}{% endfor %}'],
  ['a text that doubles', loop('{% set ns.a = ns.a + ns.a %}')],
  ['a list that doubles', loop('{% set ns.b = ns.b + ns.b %}')],
  ['a list in lists', `${loop('{% set ns.b = [ns.b, ns.b] %}')}{{ ns.b | tojson }}`],
  ['a namespace in itself', `{% set ns = namespace() %}{% set ns.a = ns %}{{ ns }}`],
  ['namespaces in lists', `{% set a = namespace() %}{% set b = [a, a] %}{% set a.x = b %}{{ b | tojson }}`],
  ['a macro that calls itself', '{% macro f(x) %}{{ f(x) }}{% endmacro %}{{ f(1) }}'],
  ['much output', `${loop("{{ 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' }}", 30_000)}`],
  ['work without output', loop('{% set ns.a = messages[0].content | upper %}', 30_000)],
])('%s: what has no end is stopped', (_, template) => {
  expect(() => write(template, [{ role: 'user', content: 'y'.repeat(100_000) }])).toThrow(ChatError);
});

test('one that had to be stopped again and again is not tried any more, and a long chat alone does not stop it', () => {
  const template = new ChatTemplate("{% if messages[0].content == 'on' %}{% for a in range(1000000) %}{% endfor %}{% endif %}x", tokens);
  const render = (content: string) => () => template.render([{ role: 'user', content }]);
  for (let i = 0; i < 12; i++) expect(render('y'.repeat(600_000))).toThrow('A chat has 600000 letters; at most 500000 are read.');
  expect(render('off')().text).toBe('x');
  for (let i = 0; i < 3; i++) expect(render('on')).toThrow('was stopped');
  expect(render('off')).toThrow('was stopped');
});

test('what a template may not reach is not there', () => {
  expect(write("{{ messages.__class__ }}{{ constructor }}{{ ''.constructor }}{{ messages[0].__proto__ }}", [{ role: 'user', content: 'x' }])).toBe('');
  expect(() => write("{{ ''.constructor.constructor('return 1')() }}")).toThrow(ChatError);
});
