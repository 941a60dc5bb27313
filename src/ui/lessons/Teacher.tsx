import { useEffect, useId, useState, type ReactNode } from 'react';
import { Button, ButtonRow } from '../kit/controls/Button';
import { CopyButton } from '../kit/controls/CopyButton';
import controls from '../kit/controls/controls.module.css';
import { part as loaded } from '../kit/controls/Part';
import { Sheet } from '../core/parts/Sheet';
import { Note } from '../kit/controls/Sign';
import { formatCount } from '../../language/format';
import { titled } from '../../figures/methods';
import { defined } from '../../numbers/defined';
import { forOthers, groupLink, lessonLink, useReach } from '../core/storage/address';
import { isLocal } from '../core/storage/linkedProject';
import type { Group } from '../core/runs/seedGroups';
import { openLesson } from '../core/storage/shown';
import { showClassStart } from '../core/settings/classStart';
import { classStartWords } from '../core/words/classStart';
import { lessonWords } from './words/lessons';
import { teacherWords as w, type PlanStep, type TeacherWords } from './words/teacher';
import { lessons } from './lessons';
import type { LessonName } from './names';
import { aboutRuns } from './parts';
import { useSource } from './source';
import css from './teacher.module.css';
import { shareWords } from '../core/words/share';
import { meanText } from '../core/words/ranking';

/** For the one lesson that has a map. */
const MarkMap = loaded(() => import('./MarkMap').then((module) => module.default));
const QrCode = loaded(() => import('../core/parts/QrCode').then((module) => module.default));

/** A lesson for who gives it: goal, time, what is needed, steps, questions with answers; and a sheet to hand out. */
export default function Teacher({ name }: { name: LessonName }) {
  const words: TeacherWords = w.lessons[name];
  const { lesson: groups } = useSource(name, 0);
  const [open, setOpen] = useState<readonly number[]>([]);
  const [large, setLarge] = useState(false);
  useReach();
  const link = forOthers(lessonLink(name));
  const every = words.questions.map((_, i) => i);
  // While this page is in sight, what prints is the hand-out.
  useEffect(() => {
    document.documentElement.dataset.print = 'handout';
    return () => void delete document.documentElement.dataset.print;
  }, []);
  return (
    <div className={css.teacher}>
      <div className={css.page}>
        <p className={css.over}>{w.of}</p>
        <h1>{lessonWords.lessons[name].name}</h1>
        <ButtonRow>
          <Button onClick={() => openLesson(name)}>{w.back}</Button>
          <Button onClick={() => print()}>{w.print}</Button>
        </ButtonRow>
        <div className={css.columns}>
          <div>
            <Section title={w.goal}>
              <p>{words.goal}</p>
            </Section>
            <Section title={w.time}>
              <p>{w.minutes(lessonWords.lessons[name].minutes)}</p>
            </Section>
            <Section title={w.needs}>
              <ul>
                {[...words.needs, ...w.always, ...(lessons[name].recording || name === 'landscape' ? [w.training] : [])].map((need) => (
                  <li key={need}>{need}</li>
                ))}
              </ul>
            </Section>
            <Section title={w.link}>
              <p className={css.link}>{link}</p>
              <div className={css.code}>
                <QrCode link={link} />
              </div>
              {isLocal(hostOf(link)) && <Note sign="info">{shareWords.codeLocal(hostOf(link))}</Note>}
              <ButtonRow>
                <CopyButton small shown text={link}>
                  {w.copy}
                </CopyButton>
                <Button small onClick={() => setLarge(true)}>
                  {w.large}
                </Button>
              </ButtonRow>
              {lessons[name].parts.some(({ experiment }) => experiment) && <GroupLinks name={name} />}
            </Section>
            <Section title={classStartWords.title}>
              <p>
                {classStartWords.about} {w.together}
              </p>
              <Button small onClick={showClassStart}>
                {w.how}
              </Button>
            </Section>
          </div>
          <div>
            <Section title={w.steps}>
              <ol>
                {words.steps.map((step) => (
                  <li key={step}>{step}</li>
                ))}
              </ol>
            </Section>
            {words.plan && (
              <Section title={w.plan}>
                <p>{w.planAbout}</p>
                <Plan steps={words.plan} />
              </Section>
            )}
            <Section title={w.questions}>
              <Button small kind="quiet" onClick={() => setOpen(open.length === every.length ? [] : every)}>
                {open.length === every.length ? w.none : w.all}
              </Button>
              <ol>
                {words.questions.map(({ ask, answer }, i) => (
                  <li key={ask}>
                    {ask}
                    <details open={open.includes(i)} onToggle={({ currentTarget: { open: shown } }) => setOpen((now) => [...now.filter((one) => one !== i), ...(shown ? [i] : [])].sort())}>
                      <summary>{lessonWords.answer}</summary>
                      <p>{answer}</p>
                    </details>
                  </li>
                ))}
              </ol>
            </Section>
            <Section title={w.handout}>
              <p>{w.handoutHint}</p>
            </Section>
          </div>
        </div>
      </div>
      <Handout name={name} words={words} link={link} groups={groups} />
      <Sheet open={large} wide title={shareWords.codeTitle} onClose={() => setLarge(false)}>
        <QrCode link={link} large />
        <p className={css.address}>{link}</p>
      </Sheet>
    </div>
  );
}

function Plan({ steps }: { steps: readonly PlanStep[] }) {
  return (
    <div className={css.plan} role="region" aria-label={w.plan} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {w.planHead.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {steps.map(({ from, to, projector, students, answer }) => (
            <tr key={from}>
              <th scope="row">{w.planMinutes(from, to)}</th>
              <td>{projector}</td>
              <td>{students}</td>
              <td>{answer}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const mostGroups = 40;

const hostOf = (link: string): string => new URL(link).hostname;

/** A link for each group, of which each sets another seed. */
function GroupLinks({ name }: { name: LessonName }) {
  const id = useId();
  const [groups, setGroups] = useState(8);
  const links = Array.from({ length: groups }, (_, i) => w.group(i + 1, forOthers(groupLink(name, i + 1)))).join('\n');
  return (
    <>
      <p>{w.seeds}</p>
      <div className={css.groups}>
        <label htmlFor={id}>{w.groups}</label>
        <input id={id} className={controls.input} type="number" min={2} max={mostGroups} value={groups} onChange={({ target }) => setGroups(Math.max(1, Math.min(mostGroups, Math.round(target.valueAsNumber) || 1)))} />
        <CopyButton small text={links}>
          {w.copyGroups}
        </CopyButton>
      </div>
    </>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

/** One sheet of A4 for each student, there on paper alone: what it is about, what to do, and room for answers. */
function Handout({ name, words, link, groups }: { name: LessonName; words: TeacherWords; link: string; groups: readonly Group[] }) {
  return (
    <div className={css.handout} data-handout aria-hidden="true">
      <header>
        <div>
          <p>
            {w.name} ______________________________ {w.date} ______________
          </p>
          <h1>{lessonWords.lessons[name].name}</h1>
          <p>{link}</p>
          {isLocal(hostOf(link)) && <p>{shareWords.codeLocal(hostOf(link))}</p>}
        </div>
        <QrCode link={link} />
      </header>
      <h2>{w.goal}</h2>
      <p>{words.goal}</p>
      <h2>{w.steps}</h2>
      <ol>
        {words.steps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      {words.sketch ? (
        <div className={css.sets}>
          <div>
            <h2>{words.sketch.title}</h2>
            <p>{words.sketch.up}</p>
            <div className={css.sketch} />
            <p className={css.along}>{words.sketch.along}</p>
          </div>
          {words.mark && (
            <div>
              <h2>{words.mark.title}</h2>
              <p>{words.mark.what}</p>
              <MarkMap label={words.mark.title} />
            </div>
          )}
        </div>
      ) : (
        groups.length > 0 && (
          <>
            <h2>{w.figures}</h2>
            <Measured byShots={name === 'few-shots'} groups={groups} />
          </>
        )
      )}
      <h2>{w.questions}</h2>
      <ol className={css.answers}>
        {words.questions.map(({ ask }) => (
          <li key={ask}>
            {ask}
            {/* As many as the sheet has room for. */}
            <div className={css.lines}>
              {Array.from({ length: 8 }, (_, i) => (
                <i key={i} />
              ))}
            </div>
          </li>
        ))}
      </ol>
    </div>
  );
}

/** The numbers of a lesson's runs, for who has no screen at hand. */
function Measured({ byShots, groups }: { byShots: boolean; groups: readonly Group[] }) {
  return (
    <div>
      <table>
        <thead>
          <tr>
            {(byShots ? w.shotsHead : w.head).map((head) => (
              <th key={head}>{head}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {groups.map((group) => (
            <tr key={group.key}>
              <td>{titled(group.method, group.setting)}</td>
              <td>{formatCount(byShots ? defined(group.runs[0]).spec.train.shots : group.parameters)}</td>
              <td>{meanText(group)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p>{w.figuresOf(aboutRuns(groups.flatMap(({ runs }) => runs)))}</p>
    </div>
  );
}
