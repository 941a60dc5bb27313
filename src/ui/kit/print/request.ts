import type { ReactNode } from 'react';
import { create } from 'zustand';

/** A figure that is to be printed: what it draws, anew at the size of the page, and what is said of it. */

/** A row of a printed table, its cells as they are read. */
export interface PrintRow {
  cells: string[];
  /** The best of those that it is compared with, or one that cannot be told from it. */
  mark?: 'best' | 'alike';
}

export interface PrintTable {
  head: string[];
  rows: PrintRow[];
  caption: string;
}

/** What of a figure is said beside it. */
export interface PrintFacts {
  caption: string;
  table: PrintTable | null;
}

/** Choices of a drawing: names in a legend below, in place of beside what they name. */
export interface PrintLook {
  legend: boolean;
  /** Height of the drawing as a share of its width. */
  ratio: number;
}

/** A figure that can be drawn on paper. */
export interface Printable {
  draw: (look: PrintLook) => ReactNode;
  /** False where a legend of methods would not tell one line from another. */
  legend: boolean;
  /** Made when it is asked for; without it what every figure can say of itself. */
  facts?: () => PrintFacts;
}

export interface PrintRequest extends PrintFacts, Omit<Printable, 'facts'> {
  title: string;
  csv: () => string;
}

/** Title and subject of a figure of which no more is known. */
export function plainFacts(title: string, of: ReactNode, table: PrintTable | null): PrintFacts {
  const caption = typeof of === 'string' && of ? `${title}. ${of}` : `${title}.`;
  return { caption, table: table && { ...table, caption } };
}

export const usePrint = create<{ request: PrintRequest | null }>()(() => ({ request: null }));

export const askForPrint = (request: PrintRequest): void => usePrint.setState({ request });
export const closePrint = (): void => usePrint.setState({ request: null });
