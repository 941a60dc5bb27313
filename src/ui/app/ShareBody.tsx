import { useId, useRef, useState } from 'react';
import { Button } from '../kit/controls/Button';
import { CopyButton } from '../kit/controls/CopyButton';
import { Check } from '../kit/controls/Check';
import { Segmented } from '../kit/controls/Segmented';
import { part } from '../kit/controls/Part';
import { Sheet } from '../core/parts/Sheet';
import { Note } from '../kit/controls/Sign';
import controls from '../kit/controls/controls.module.css';
import { showClassStart } from '../core/settings/classStart';
import { classStartWords } from '../core/words/classStart';
import { hideShare, needsOwn, sharedLink, useShare } from '../core/settings/share';
import { addressOf, isLocal } from '../core/storage/linkedProject';
import { linkedProject } from '../core/storage/address';
import { fileNameOf } from '../core/storage/onlineProject';
import { canLeave, chooseRunsFormat, openRunsExport } from '../compare/store/runsExport';
import { fixedPanels, setHidden, smallParts, useShown } from '../core/storage/shown';
import { useSettings } from '../core/settings/settings';
import { panels } from './panels';
import css from './share.module.css';
import { shareWords } from '../core/words/share';
import { useKeptRuns } from '../core/runs/runs';

const QrCode = part(() => import('../core/parts/QrCode').then((module) => module.default));

/** Everything that can be left out, in the order of the page. */
const partsOf = (): string[] => [...panels.map(({ name }) => name).filter((name) => !fixedPanels.includes(name)), ...smallParts];

const audiences = ['all', 'lesson', 'colleagues', 'own'] as const;
type Audience = (typeof audiences)[number];

/** What a link for somebody leaves out: of a lesson what only its author needs, for colleagues what trains. */
const leftOut: Record<'all' | 'lesson' | 'colleagues', readonly string[]> = {
  all: [],
  lesson: ['own-data', 'zero-shot', 'planned-memory', 'run-memory', 'advanced', 'queue', 'paper', 'more', 'project'],
  colleagues: ['data', 'own-data', 'model', 'zero-shot', 'methods', 'planned-memory', 'run-memory', 'advanced', 'queue', 'lessons'],
};

/** Whom the parts that are left out suit; a list of one's own where nobody. */
const audienceOf = (hide: readonly string[]): Audience => audiences.find((one) => one !== 'own' && leftOut[one].length === hide.length && leftOut[one].every((name) => hide.includes(name))) ?? 'own';

/** What the sheet of a link has. */
export default function ShareBody() {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [refused, setRefused] = useState(false);
  const present = useShare((state) => state.present);
  const { hide } = useShown();
  const parts = partsOf();
  const some = useKeptRuns().some(canLeave);
  // The list stays open while it is changed, whatever it comes to.
  const [listed, setListed] = useState(audienceOf(hide) === 'own');
  const choose = (audience: Audience) => {
    setListed(audience === 'own');
    if (audience !== 'own') useShown.setState({ hide: [...leftOut[audience]] });
  };
  // The link follows them.
  useSettings();
  const onDone = (copied: boolean) => {
    setRefused(!copied);
    if (!copied) field.current?.select();
  };
  return (
    <div className={css.body}>
      {some && <Report />}
      <p>{shareWords.what}</p>
      <div className={css.link}>
        <label htmlFor={id}>{shareWords.link}</label>
        <input ref={field} id={id} className={controls.input} readOnly value={sharedLink()} onFocus={(event) => event.currentTarget.select()} />
        <CopyButton kind={some ? 'plain' : 'primary'} text={sharedLink()} onDone={onDone}>
          {shareWords.copy}
        </CopyButton>
      </div>
      <div role="status">{refused && <Note sign="info">{shareWords.byHand}</Note>}</div>
      {needsOwn() && <Note sign="warn">{shareWords.own}</Note>}
      <Code link={sharedLink()} />
      <Results />
      <Together />
      <Check checked={present} onChange={(on) => useShare.setState({ present: on })}>
        {shareWords.present}
      </Check>
      <fieldset>
        <legend>{shareWords.view}</legend>
        <p className={css.hint}>{shareWords.viewHint}</p>
        <Segmented label={shareWords.view} value={listed ? 'own' : audienceOf(hide)} options={audiences.map((value) => ({ value, text: shareWords.audiences[value] }))} onChange={choose} />
        <div className={css.parts} hidden={!listed}>
          {parts.map((name) => (
            <Check key={name} checked={!hide.includes(name)} onChange={(on) => setHidden(name, !on)}>
              {shareWords.parts[name] ?? name}
            </Check>
          ))}
        </div>
      </fieldset>
    </div>
  );
}

/** The link as a picture that a telephone reads; large for a class. */
function Code({ link }: { link: string }) {
  const [large, setLarge] = useState(false);
  const { hostname } = new URL(link);
  return (
    <div className={css.code}>
      <QrCode link={link} />
      <Button small onClick={() => setLarge(true)}>
        {shareWords.codeLarge}
      </Button>
      {isLocal(hostname) && <Note sign="info">{shareWords.codeLocal(hostname)}</Note>}
      <Sheet open={large} wide title={shareWords.codeTitle} onClose={() => setLarge(false)}>
        <QrCode link={link} large />
        <p className={css.address}>{link}</p>
      </Sheet>
    </div>
  );
}

/** The way to a class, where several share the training itself. */
function Together() {
  const start = () => {
    hideShare();
    showClassStart();
  };
  return (
    <div className={css.results}>
      <p>{classStartWords.about}</p>
      <Button small onClick={start}>
        {classStartWords.title}
      </Button>
    </div>
  );
}

/** The results as a file of their own. */
function Report() {
  const report = () => {
    hideShare();
    openRunsExport();
    chooseRunsFormat('html');
  };
  return (
    <div className={css.results}>
      <p>{shareWords.carries}</p>
      <Button kind="primary" onClick={report}>
        {shareWords.report}
      </Button>
    </div>
  );
}

/** The results with all that belongs to them, as a project that lies online. */
function Results() {
  const project = linkedProject();
  return <p className={css.results}>{project ? shareWords.resultsLinked(fileNameOf(addressOf(project.said, location.href)!)) : shareWords.results}</p>;
}
