import { useState } from 'react';
import type { GenerateSettings } from '../../train/protocol';
import { MethodKey } from '../kit/charts/MethodKey';
import { Button, ButtonRow } from '../kit/controls/Button';
import { FieldControl } from '../core/parts/Fields';
import { Note } from '../kit/controls/Sign';
import { partsOf } from '../../language/format';
import type { Field } from '../core/settings/fields';
import { generateFrom, stopGenerating, useGenerate } from './store/generate';
import { useExample } from '../core/data/open';
import { useRuns } from '../core/runs/runs';
import { labelOf, readsChats, stoppedWord, type Candidate } from './store/tryout';
import css from './tryout.module.css';
import { TypedText } from './TypedText';
import { unknownIn } from './unknownIn';
import { generateWords } from './words/generate';
import { tryoutWords } from '../core/words/tryout';

const words = generateWords;
const usual: Required<GenerateSettings> = { max_new_tokens: 40, temperature: 0, top_k: 0, top_p: 1, seed: 0, num_beams: 1 };
const fields: Field[] = [
  { name: 'max_new_tokens', label: words.length, kind: 'integer', default: usual.max_new_tokens, min: 1, max: 2000, unit: words.tokens, help: words.lengthHelp },
  { name: 'temperature', label: words.temperature, kind: 'number', default: 0, min: 0, max: 10, help: words.temperatureHelp },
  { name: 'top_k', label: words.topK, kind: 'integer', default: 0, min: 0, max: 1e6, unit: words.tokens, help: words.topKHelp },
  { name: 'top_p', label: words.topP, kind: 'number', default: 1, min: 0, max: 1, help: words.topPHelp },
  { name: 'seed', label: words.seed, kind: 'integer', default: 0, min: 0, max: 2 ** 31, help: words.seedHelp },
  { name: 'num_beams', label: words.beams, kind: 'integer', default: 1, min: 1, max: 16, help: words.beamsHelp },
];

/** The beginning of a text, and how it goes on. */
export function TryGenerate({ chosen }: { chosen: Candidate[] }) {
  const [prompt, setPrompt] = useState('');
  const [how, setHow] = useState(usual);
  const { going } = useGenerate();
  const training = useRuns(({ current }) => current !== '');
  const example = useExample();
  const ready = prompt.trim() !== '' && chosen.length > 0 && !training && !going;
  const ask = () => void (ready && generateFrom(chosen, prompt, how));
  // Of texts without prompts, a few words to begin with.
  const chat = chosen.some(readsChats);
  const such = example?.second === null ? example.first.split(' ').slice(0, 5).join(' ') : example?.first;
  return (
    <div className={css.column}>
      <h3>{words.title}</h3>
      <TypedText label={chat ? words.turn : words.prompt} value={prompt} example={such} onChange={setPrompt} onAsk={ask} />
      <ButtonRow>
        {going ? (
          <Button onClick={stopGenerating}>{words.stop}</Button>
        ) : (
          <Button kind="primary" disabled={!ready} onClick={ask}>
            {words.ask}
          </Button>
        )}
        {such !== undefined && (
          <Button small onClick={() => setPrompt(such)}>
            {words.such}
          </Button>
        )}
      </ButtonRow>
      {training && <Note sign="info">{words.training}</Note>}
      <details className={css.how}>
        <summary>{words.how}</summary>
        <div className={css.howFields}>
          {fields.map((one) => (
            <FieldControl key={one.name} field={one} value={how[one.name as keyof GenerateSettings]} standard={one.default} onChange={(value) => setHow({ ...how, [one.name]: value ?? one.default })} />
          ))}
        </div>
      </details>
      <p className={css.hint}>{chat ? `${words.asChat} ${words.hint}` : words.hint}</p>
    </div>
  );
}

/** Continuations of the adapters, beside one another, as they come. */
export function Generated({ chosen }: { chosen: Candidate[] }) {
  const { prompt, continuations, notes, unknown, error, going } = useGenerate();
  const shown = chosen.filter(({ key }) => continuations[key] !== undefined);
  if (shown.length === 0 && !error && !going) return null;
  return (
    <section className={css.results} aria-label={tryoutWords.results}>
      {going && <p role="status">{words.going}</p>}
      {error && (
        <div role="alert">
          <Note sign="err">{error}</Note>
        </div>
      )}
      {unknown.length > 0 && (
        <Note sign="warn">
          {tryoutWords.unknownAbout} {unknownIn(unknown)}.
        </Note>
      )}
      <ul className={css.gone}>
        {shown.map((one) => ({ one, text: continuations[one.key] ?? '', note: notes[one.key] })).map(({ one, text, note }) => (
          <li key={one.key}>
            <MethodKey method={one.method}>{one.base ? one.name : labelOf(one)}</MethodKey>
            {!one.base && <small>{partsOf([one.name, stoppedWord(one)])}</small>}
            <p>
              <span className={css.prompt}>{prompt}</span>
              {text.trim() === '' ? !going && <small>{words.ends}</small> : <b>{readsChats(one) ? `\n${text}` : joined(prompt, text)}</b>}
            </p>
            {note && <small>{note}</small>}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Continuation as it follows the prompt: it begins with a blank where words are parted by some. */
const joined = (prompt: string, text: string): string => (/\s$/.test(prompt) || /^[\s.,;:!?]/.test(text) || text === '' ? text : ` ${text}`);
