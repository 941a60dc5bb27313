import { useId, useState } from 'react';
import { defined } from '../../numbers/defined';
import { promptOf, templatePresets } from '../../tasks/prompts.meta';
import { Button, ButtonRow } from '../kit/controls/Button';
import controls from '../kit/controls/controls.module.css';
import { Segmented } from '../kit/controls/Segmented';
import { useSettings } from '../core/settings/settings';
import { presetOf, problemOf, setTemplates, templatesOf, type Preset } from '../core/data/texts';
import css from '../core/parts/panels.module.css';
import own from './zeroShot.module.css';
import { zeroShotWords } from '../core/words/zeroShot';

/** The prompts as a list to edit, and what one of them says of a class. */
export function Templates({ className }: { className: string }) {
  const train = useSettings((settings) => settings.train);
  const list = templatesOf(train);
  const [adding, setAdding] = useState(false);
  /** Text in the row that was touched last. */
  const [touched, setTouched] = useState('');
  const preset = presetOf(list);
  const shown = problemOf(touched) === '' ? touched : defined(list[0]);
  const choose = (name: Preset | 'own') => {
    setTouched('');
    if (name !== 'own') setTemplates(templatePresets[name], preset === 'own' ? zeroShotWords.replaced : '');
  };
  const commit = (index: number, text: string) => {
    setAdding(false);
    setTemplates(index < list.length ? list.with(index, text) : [...list, text]);
  };
  const remove = (index: number) => {
    setTouched('');
    if (index === list.length) setAdding(false);
    else setTemplates(list.filter((_, i) => i !== index), zeroShotWords.removed(defined(list[index])));
  };
  return (
    <fieldset className={own.group}>
      <legend>{zeroShotWords.prompts}</legend>
      <ul className={own.prompts}>
        {[...list, ...(adding ? [''] : [])].map((prompt, i) => (
          <Row key={i} number={i + 1} prompt={prompt} onTouch={setTouched} onCommit={(text) => commit(i, text)} onRemove={list.length > 1 || prompt === '' ? () => remove(i) : undefined} />
        ))}
      </ul>
      <ButtonRow>
        <Button small disabled={adding} onClick={() => setAdding(true)}>
          {zeroShotWords.add}
        </Button>
        <Segmented<Preset | 'own'>
          label={zeroShotWords.presets}
          value={preset}
          options={[
            { value: 'plain', text: zeroShotWords.preset.plain },
            { value: 'openai', text: zeroShotWords.preset.openai },
          ]}
          onChange={choose}
        />
      </ButtonRow>
      <p className={`${css.soft} ${own.example}`}>
        {zeroShotWords.example(promptOf(shown, className))}
        {list.length > 1 && ` ${zeroShotWords.averaged(list.length)}`}
      </p>
      {preset === 'openai' && <p className={css.hint}>{zeroShotWords.presetSource}</p>}
    </fieldset>
  );
}

interface RowProps {
  number: number;
  /** Empty in a row that is being added: it takes the focus, and goes when it is left empty. */
  prompt: string;
  onTouch: (text: string) => void;
  onCommit: (text: string) => void;
  onRemove?: () => void;
}

/** Text while it is typed, a prompt when it is one; text that is no good goes back to what it was. */
function Row({ number, prompt, onTouch, onCommit, onRemove }: RowProps) {
  const [draft, setDraft] = useState<string | null>(null);
  const text = draft ?? prompt;
  const id = useId();
  const isNew = prompt === '';
  const problem = isNew && text === '' ? '' : problemOf(text);
  const commit = () => {
    setDraft(null);
    const now = text.trim();
    if (problemOf(now) !== '') return isNew ? onRemove?.() : onTouch(prompt);
    if (now !== prompt) onCommit(now);
  };
  return (
    <li>
      <input
        className={controls.input}
        aria-label={zeroShotWords.prompt(number)}
        aria-invalid={problem !== ''}
        aria-describedby={problem ? id : undefined}
        autoComplete="off"
        spellCheck={false}
        autoFocus={isNew}
        value={text}
        onFocus={() => onTouch(text)}
        onChange={({ target }) => {
          setDraft(target.value);
          onTouch(target.value);
        }}
        onBlur={commit}
        onKeyDown={(event) => event.key === 'Enter' && commit()}
      />
      {onRemove && (
        <Button kind="quiet" small label={zeroShotWords.remove(number)} onClick={onRemove}>
          ✕
        </Button>
      )}
      {problem && (
        <p id={id} className={`${controls.hint} ${controls.error}`}>
          {zeroShotWords.problems[problem]}
        </p>
      )}
    </li>
  );
}
