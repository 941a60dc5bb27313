/** Markup whose every value is escaped: the only way to make it is the tag below. */
import { defined } from '../../numbers/defined';

export class Html {
  constructor(readonly text: string) {}
}

type Value = Html | string | number | null | undefined | false | readonly Value[];

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;', '`': '&#96;' };

/** Text for an element or a quoted attribute; what HTML has no character for, and what turns the direction of lines, is shown as a box. */
export const escaped = (text: string): string =>
  text.replace(/\p{Surrogate}/gu, '\ufffd').replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/g, '\ufffd').replace(/[&<>"'`]/g, (c) => defined(escapes[c]));

/** `html\`<td>${value}</td>\``: text and numbers are escaped, other markup and lists of it go in as they are, nothing stays nothing. */
export function html(parts: TemplateStringsArray, ...values: Value[]): Html {
  return new Html(parts.reduce((out, part, i) => out + written(values[i - 1]) + part));
}

function written(value: Value): string {
  if (value instanceof Html) return value.text;
  if (value === null || value === undefined || value === false) return '';
  return typeof value === 'string' || typeof value === 'number' ? escaped(String(value)) : value.map(written).join('');
}
