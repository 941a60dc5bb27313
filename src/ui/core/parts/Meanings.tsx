import { mainName } from '../../../adapters/fields';
import { Term } from '../../kit/controls/Term';
import type { TermName } from '../../kit/words/terms';
import { methodWords } from '../words/budget';

/** A word and the definition that it opens. */
type Word = readonly [name: TermName, text: string];

/** Symbols of the main settings of these methods, in the order of the words. */
export function symbolsOf(methods: readonly string[]): Word[] {
  const names = new Set(methods.map(mainName));
  return Object.entries(methodWords.symbols).flatMap(([symbol, name]): Word[] => (names.has(symbol) ? [[name, symbol]] : []));
}

/** Words under a table, each of which opens what it means. */
export function Meanings({ of }: { of: readonly Word[] }) {
  return (
    <>
      {methodWords.explained}{' '}
      {of.map(([name, text], i) => (
        <Term key={name} name={name} then={i + 1 < of.length ? ', ' : '. '}>
          {text}
        </Term>
      ))}
    </>
  );
}
