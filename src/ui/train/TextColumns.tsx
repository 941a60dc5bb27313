import { useId, useRef, useState } from 'react';
import { textKinds, textReads, USUAL_READS, type TextColumns as Columns, type TextReads, type TextTable } from '../../data/reading.meta';
import { cut } from '../../errors/text';
import type { DataInfo } from '../../train/protocol';
import { Button, ButtonRow } from '../kit/controls/Button';
import { Choice } from '../kit/controls/Choice';
import controls from '../kit/controls/controls.module.css';
import { Segmented } from '../kit/controls/Segmented';
import { Note } from '../kit/controls/Sign';
import { setReading, useEdits } from '../core/data/edits';
import { useCatalog } from '../core/data/catalog';
import css from '../core/parts/panels.module.css';
import own from './columns.module.css';
import { readingWords } from '../core/words/reading';
import { editsWords } from '../core/words/edits';

const words = readingWords;

/** Reading of a text set's tables: the roles of columns, or the templates of prompts and answers; and a form to change it. */
export function TextColumns({ data, open, onOpen }: { data: DataInfo; open: boolean; onOpen: (open: boolean) => void }) {
  const id = useId();
  const asked = useEdits((state) => state.byData[data.id]?.read !== undefined);
  const error = useEdits((state) => state.errors[data.id]);
  const models = useCatalog((catalog) => catalog.models);
  const { reading, table } = data.texts!;
  if (!table) return null;
  const { reads = USUAL_READS, columns = {} } = reading;
  const learned = textReads.filter((one) => one === reads || models.some(({ language }) => language?.reads.includes(one)));
  const learn = (next: TextReads) => void setReading(data.id, { reads: next, ...(textKinds[next].generates && { columns: { text: columns.text ?? table.columns[0] } }) });
  return (
    <div className={css.split}>
      <p>
        <span>{nowText(data)}</span>
        <Button kind="link" expanded={open} controls={id} label={open ? words.closeLabel : words.changeLabel} onClick={() => onOpen(!open)}>
          {open ? words.close : words.change}
        </Button>
      </p>
      <section id={id} aria-label={words.title} hidden={!open}>
        {open && (
          <>
            <Rows of={table} />
            <Choice label={words.reads} value={reads} options={learned.map((value) => [value, words.kinds[value]])} onChange={(value) => learn(value as TextReads)} />
            {textKinds[reads].generates ? <PromptColumns key={JSON.stringify(reading)} data={data} table={table} /> : <Labelled data={data.id} reads={reads} columns={columns} all={table.columns} />}
            {error && (
              <div role="alert">
                <Note sign="err">{editsWords.failed(error)}</Note>
              </div>
            )}
            {asked && (
              <ButtonRow>
                <Button small onClick={() => void setReading(data.id, undefined)}>
                  {words.usual}
                </Button>
              </ButtonRow>
            )}
          </>
        )}
      </section>
    </div>
  );
}

function nowText({ texts }: DataInfo): string {
  const { reading: { reads, columns = {}, prompt, answer, chat }, labels } = texts!;
  const { text = '', pair = '', label = '' } = columns;
  if (textKinds[reads ?? USUAL_READS].generates) return chat ? words.now.chat(text) : prompt === undefined ? words.now.column(text) : words.now.prompt(shortly(prompt), shortly(answer!));
  return labels === 'words' ? words.now.tokens(text, label) : words.now.text(text, pair, label, labels === 'numbers');
}

const shortly = (template: string): string => cut(template, 60).trim();

/** First rows of the table. */
function Rows({ of: { columns, rows } }: { of: TextTable }) {
  return (
    <div className={own.rows} role="region" aria-label={words.first} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {columns.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((cells, row) => (
            <tr key={row}>
              {cells.map((cell, i) => (
                <td key={i}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Columns of texts, and of what they are. */
function Labelled({ data, reads, columns, all }: { data: string; reads: TextReads; columns: Columns; all: string[] }) {
  const { pairs } = textKinds[reads];
  const put = (change: Columns) => void setReading(data, { reads, columns: { ...columns, ...(pairs && { pair: columns.pair ?? '' }), ...change } });
  const options = all.map((name): [string, string] => [name, name]);
  const names = { ...words.columns, ...words.columnsOf[reads] };
  return (
    <div className={own.choices}>
      <Choice label={names.text} value={columns.text!} options={options} onChange={(text) => put({ text, ...(columns.pair === text && { pair: '' }) })} />
      {pairs && <Choice label={names.pair} value={columns.pair ?? ''} options={[['', words.none], ...options.filter(([name]) => name !== columns.text)]} onChange={(pair) => put({ pair })} />}
      <Choice label={names.label} value={columns.label!} options={options} onChange={(label) => put({ label })} />
    </div>
  );
}

/** A column of which all counts, or a prompt and its answer. */
function PromptColumns({ data, table: { columns } }: { data: DataInfo; table: TextTable }) {
  const { reading } = data.texts!;
  const { reads } = reading;
  const [way, setWay] = useState<'column' | 'prompt'>(reading.prompt === undefined ? 'column' : 'prompt');
  const put = (text: string) => void setReading(data.id, { reads, columns: { text } });
  return (
    <>
      <Segmented label={words.counts} value={way} options={(['column', 'prompt'] as const).map((value) => ({ value, text: words.ways[value] }))} onChange={setWay} />
      {way === 'column' ? (
        <Choice label={words.columns.text} value={reading.columns?.text ?? ''} options={columns.map((name) => [name, name])} onChange={put} />
      ) : (
        <Templates data={data.id} reads={reads} columns={columns} prompt={reading.prompt ?? `{${columns[0]}}`} answer={reading.answer ?? ` {${columns.at(-1)}}`} />
      )}
    </>
  );
}

/** A prompt and its answer while they are written; they hold once they are used. */
function Templates({ data, reads, columns, prompt, answer }: { data: string; reads?: TextReads; columns: string[]; prompt: string; answer: string }) {
  const id = useId();
  const [draft, setDraft] = useState({ prompt, answer });
  const last = useRef<HTMLTextAreaElement>(null);
  const use = () => void setReading(data, { reads, ...draft });
  /** Puts a column where the caret is, in the field that was written in last, else at the end of the answer. */
  const insert = (column: string) => {
    const field = last.current;
    const name = field?.name === 'prompt' ? 'prompt' : 'answer';
    const [from, to] = field ? [field.selectionStart, field.selectionEnd] : [draft[name].length, draft[name].length];
    setDraft({ ...draft, [name]: `${draft[name].slice(0, from)}{${column}}${draft[name].slice(to)}` });
    field?.focus();
  };
  return (
    <>
      {(['prompt', 'answer'] as const).map((name) => (
        <div key={name} className={controls.field}>
          <label htmlFor={`${id} ${name}`}>{words[name]}</label>
          <textarea
            id={`${id} ${name}`}
            name={name}
            className={`${controls.input} ${own.template}`}
            rows={name === 'prompt' ? 3 : 1}
            value={draft[name]}
            spellCheck={false}
            onFocus={({ currentTarget }) => void (last.current = currentTarget)}
            onChange={({ target }) => setDraft({ ...draft, [name]: target.value })}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) use();
            }}
          />
        </div>
      ))}
      <ul className={own.names}>
        {columns.map((column) => (
          <li key={column}>
            <Button small label={words.insert(column)} onClick={() => insert(column)}>
              {`{${column}}`}
            </Button>
          </li>
        ))}
      </ul>
      <p className={css.hint}>{words.answerHint}</p>
      <ButtonRow>
        <Button kind="primary" small disabled={draft.prompt.trim() === '' || draft.answer.trim() === ''} onClick={use}>
          {words.use}
        </Button>
      </ButtonRow>
    </>
  );
}
