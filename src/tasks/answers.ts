/** Answers read from texts that say more than their answer. */

/** Answers to each kind of question. Source: NVlabs/DoRA commonsense_reasoning/commonsense_evaluate.py, `extract_answer`. */
const commonsense = [/true|false/, /solution[12]/, /answer[1-5]/, /ending[1-4]/, /option[12]/];

/** Returns the answer that a text gives, null if it gives none; `wanted` is the right answer, of whose kind it must be. */
export type AnswerReader = (text: string, wanted: string) => string | null;

/** Answers of the commonsense questions: the first of the wanted one's kind behind the last `### Response:`; capitals count. */
export const commonsenseAnswer: AnswerReader = (text, wanted) => {
  const kind = commonsense.find((pattern) => pattern.test(wanted));
  return kind?.exec(text.split('### Response:').at(-1)!)?.[0] ?? null;
};

/** Answers by a pattern: its first match, or the first group of that if the pattern has one. */
export const matchedAnswer = (pattern: RegExp): AnswerReader => (text) => {
  const found = pattern.exec(text);
  return found ? (found[1] ?? found[0]) : null;
};
