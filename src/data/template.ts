import { quote } from '../errors/text';
import { defined } from '../numbers/defined';
import { DataError } from './source';
import { lacksColumn } from './texts';

/** Holes of a template, and what stands for a brace or a line's end: a shell's quotes let no line end through. */
const PARTS = /\{\{|\}\}|\\n|\\t|\{([^{}\n]+)\}/g;

/** A text with columns in braces: `Question: {question}\nAnswer:`; `{{` and `}}` are braces, `\n` and `\t` what they are in code. */
export class Template {
  /** Columns that it names. */
  readonly columns: readonly string[];

  constructor(readonly text: string) {
    this.columns = [...new Set([...text.matchAll(PARTS)].flatMap(([, column]) => (column === undefined ? [] : [column.trim()])))];
  }

  /** The text of a row, whose columns `value` tells. */
  fill(value: (column: string) => string): string {
    return this.text.replace(PARTS, (part: string, column?: string) => (column !== undefined ? value(column.trim()) : part === '\\n' ? '\n' : part === '\\t' ? '\t' : defined(part[0])));
  }

  /** Throws DataError of a brace that opens or closes nothing, and of a column that a table does not have. */
  check(path: string, columns: readonly string[]): void {
    if (/[{}]/.test(this.text.replace(PARTS, ''))) throw new DataError(`${quote(this.text)} has a brace without its other half; a column stands in two of them, and {{ or }} is a brace itself.`);
    const missing = this.columns.find((column) => !columns.includes(column));
    if (missing !== undefined) throw lacksColumn(path, missing, columns);
  }
}
