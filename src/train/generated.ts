import type { Split } from '../data/source';
import { defined } from '../numbers/defined';
import type { AnswerReader } from '../tasks/answers';
import { bleu, captionWords, cider, mtevalWords, nist, rougeL } from '../tasks/generationMetrics';

/** A prompt, and all that people said to it. */
export interface ReferencedPrompt {
  prompt: string;
  references: string[];
}

/** The same, and what a model said. */
export interface Generated extends ReferencedPrompt {
  text: string;
}

/** The prompts of a split of prompts and answers, each once, in order. */
export function promptsOf(split: Split): ReferencedPrompt[] {
  const all = new Map<string, ReferencedPrompt>();
  for (let i = 0; i < split.count; i++) {
    const { first: prompt, second } = split.text!(i);
    const asked = all.get(prompt) ?? { prompt, references: [] };
    asked.references.push((second ?? '').trim());
    all.set(prompt, asked);
  }
  return [...all.values()];
}

/** Closeness of texts to their references. */
export interface TextScores {
  /** Share of texts that are one of their references, blanks around them aside. */
  exact_match: number;
  bleu: number;
  nist: number;
  /** Means over the texts. */
  rouge_l: number;
  cider: number;
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

export function textScores(rows: readonly Generated[]): TextScores {
  const by = (words: (text: string) => string[]) => rows.map(({ text, references }) => ({ words: words(text), references: references.map(words) }));
  const [graded, captions] = [by(mtevalWords), by(captionWords)];
  return {
    exact_match: mean(rows.map(({ text, references }) => Number(references.includes(text.trim())))),
    bleu: bleu(graded),
    nist: nist(graded),
    rouge_l: mean(captions.map(rougeL)),
    cider: mean(cider(captions)),
  };
}

/** Scores of answers against the right ones. */
export interface AnswerScores {
  /** Shares of the rows, of which several may ask the same. */
  accuracy: number;
  without_answer: number;
}

/** Compares what `read` finds in texts with what it finds in their references, or with all of a reference where it finds nothing; also returns what it found, text by text. */
export function answerScores(rows: readonly Generated[], read: AnswerReader): { scores: AnswerScores; answers: { answer: string | null; wanted: string[] }[] } {
  const found = rows.map(({ text, references }) => references.map((reference) => {
    const wanted = read(reference, reference) ?? reference;
    return { wanted, answer: read(text, wanted) };
  }));
  const asked = found.flat();
  return {
    scores: { accuracy: mean(asked.map(({ answer, wanted }) => Number(answer === wanted))), without_answer: mean(asked.map(({ answer }) => Number(answer === null))) },
    answers: found.map((own) => ({ answer: defined(own[0]).answer, wanted: own.map(({ wanted }) => wanted) })),
  };
}
