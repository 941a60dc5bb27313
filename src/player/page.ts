// A page of one model: pictures by drop, picker, clipboard or camera, and what the model says of them. Nothing leaves the device.
import { defined } from '../numbers/defined';
import type { PageFacts } from './facts.meta';
import type { Ask, Said } from './messages.meta';
import { sureWords } from './sure.meta';

/** Classes that are shown of each picture. */
const SHOWN = 5;
/** Answers that stay on the page. */
const MOST = 200;

const percent = (share: number): string => `${(100 * share).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`;

type Child = Node | string | null | false;

/** An element with attributes, or properties where the element has them by that name, and children. */
function make<K extends keyof HTMLElementTagNameMap>(tag: K, given: Partial<Record<string, string | boolean>> = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (typeof value === 'boolean') element.toggleAttribute(name, value);
    else if (value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child): child is Node | string => child !== null && child !== false));
  return element;
}

/** The worker that has the model. */
class Model {
  private readonly worker = new Worker(new URL('./model.js', import.meta.url), { type: 'module' });
  private readonly waiting = new Map<number, (said: Extract<Said, { id: number }>) => void>();
  private next = 0;

  constructor(onNews: (said: Exclude<Said, { id: number }>) => void) {
    this.worker.addEventListener('message', ({ data }: MessageEvent<Said>) => {
      if (!('id' in data)) return onNews(data);
      this.waiting.get(data.id)?.(data);
      this.waiting.delete(data.id);
    });
    this.worker.addEventListener('error', () => onNews({ kind: 'failed', message: 'A part of this page could not be loaded.' }));
  }

  /** What the model says of a picture. */
  ask(name: string, picture: Ask['picture']): Promise<Extract<Said, { id: number }>> {
    const id = this.next++;
    this.worker.postMessage({ id, name, picture } satisfies Ask, [picture instanceof Uint8Array ? picture.buffer : picture]);
    return new Promise((answered) => this.waiting.set(id, answered));
  }
}

/** Bars of the likeliest classes. */
function bars(labels: readonly string[], probabilities: Float64Array): HTMLElement {
  const order = [...probabilities.keys()].sort((a, b) => defined(probabilities[b]) - defined(probabilities[a])).slice(0, SHOWN);
  const row = (i: number): HTMLElement[] => {
    const share = defined(probabilities[i]);
    const bar = make('span', { class: 'bar', 'aria-hidden': 'true' });
    bar.style.setProperty('--share', `${100 * share}%`);
    return [make('span', { title: defined(labels[i]) }, defined(labels[i])), bar, make('span', {}, percent(share))];
  };
  return make('div', { class: 'bars' }, ...order.flatMap(row));
}

/** Likeliest class, or null below the threshold. */
function verdict(probabilities: Float64Array, threshold: number): number | null {
  const best = probabilities.reduce((most, v, i) => (v > defined(probabilities[most]) ? i : most), 0);
  return defined(probabilities[best]) < threshold ? null : best;
}

const main = document.querySelector('main')!;

class Page {
  private readonly status = make('p', { role: 'status', class: 'soft' }, 'Loading the model …');
  private readonly progress = make('progress', { 'aria-label': 'Loading the model' });
  private readonly answers = make('ol', { class: 'answers', 'aria-label': 'Answers' });
  private readonly heard = make('p', { role: 'status', class: 'heard' });
  private readonly clear = make('button', { type: 'button', hidden: true }, 'Clear');
  private readonly camera: Camera;
  private readonly model: Model;
  private threshold: number;
  /** Draws what is on the page again, with another threshold. */
  private readonly again = new Set<() => void>();

  constructor(private readonly facts: PageFacts) {
    this.threshold = facts.threshold.value;
    this.model = new Model((said) => this.news(said));
    this.camera = new Camera((frame) => this.model.ask('The camera', frame), (said) => this.shown(said, 'h2'));
    const picker = make('input', { type: 'file', accept: 'image/*', multiple: true, hidden: true });
    const choose = make('button', { type: 'button', class: 'first' }, 'Choose pictures');
    choose.addEventListener('click', () => picker.click());
    picker.addEventListener('change', () => {
      this.take([...(picker.files ?? [])]);
      picker.value = '';
    });
    this.clear.addEventListener('click', () => {
      this.answers.replaceChildren();
      this.again.clear();
      this.clear.hidden = true;
      choose.focus();
    });
    const drop = make('section', { class: 'drop', 'aria-label': 'Pictures' }, make('p', { class: 'hand' }, 'Drop pictures here, paste one, or'), make('div', { class: 'row' }, picker, choose, this.camera.button), make('p', { class: 'soft' }, 'They stay on this device.'));
    this.takeDrops(drop);
    const told = facts.labels.length > 12 ? `${facts.labels.slice(0, 12).join(', ')} and ${facts.labels.length - 12} more` : facts.labels.join(', ');
    main.append(make('h1', {}, facts.title), make('p', { class: 'soft' }, `Tells apart: ${told}.`), this.status, this.progress, drop, this.camera.view, make('div', { class: 'row' }, this.clear), this.heard, this.answers, ...this.sure(), this.card());
  }

  private news(said: Exclude<Said, { id: number }>): void {
    if (said.kind === 'loading') {
      if (said.total > 0) Object.assign(this.progress, { max: said.total, value: said.done });
      return;
    }
    this.progress.hidden = true;
    if (said.kind === 'ready') {
      this.status.textContent = `Ready, on the ${said.on} of this device.`;
      void keepOffline();
      return;
    }
    const again = make('button', { type: 'button' }, 'Try again');
    again.addEventListener('click', () => location.reload());
    this.status.replaceChildren(make('span', { class: 'warn' }, `The model could not be opened. ${said.message} `), again);
  }

  private takeDrops(drop: HTMLElement): void {
    addEventListener('dragover', (event) => {
      event.preventDefault();
      drop.classList.add('over');
    });
    addEventListener('dragleave', () => drop.classList.remove('over'));
    addEventListener('drop', (event) => {
      event.preventDefault();
      drop.classList.remove('over');
      this.take([...(event.dataTransfer?.files ?? [])]);
    });
    addEventListener('paste', (event) => this.take([...(event.clipboardData?.files ?? [])]));
  }

  private take(files: readonly File[]): void {
    // The newest on top, those that come together in their order.
    const before = this.answers.firstChild;
    for (const file of files) void this.classify(file, before);
  }

  private async classify(file: File, before: Node | null): Promise<void> {
    const picture = make('img', { alt: '', src: URL.createObjectURL(file) });
    for (const end of ['load', 'error']) picture.addEventListener(end, () => URL.revokeObjectURL(picture.src), { once: true });
    const text = make('div', {}, make('p', { class: 'soft' }, 'Waiting …'));
    const item = make('li', { class: 'answer' }, picture, text);
    this.answers.insertBefore(item, before);
    while (this.answers.childElementCount > MOST) this.answers.lastElementChild!.remove();
    this.clear.hidden = false;
    const said = await this.model.ask(file.name, new Uint8Array(await file.arrayBuffer()));
    const draw = () => text.replaceChildren(this.shown(said, 'h2'), make('p', { class: 'name soft', title: file.name }, file.name));
    draw();
    this.again.add(draw);
    if (said.kind === 'answer') this.heard.textContent = `${file.name}: ${this.named(said.probabilities)}`;
  }

  private named(probabilities: Float64Array): string {
    const best = verdict(probabilities, this.threshold);
    return best === null ? sureWords.none : defined(this.facts.labels[best]);
  }

  /** An answer: the likeliest class large, and the likeliest with their probabilities. */
  private shown(said: Extract<Said, { id: number }>, heading: 'h2'): HTMLElement {
    if (said.kind === 'refused') return make('p', { class: 'warn' }, said.message);
    const { probabilities } = said;
    const best = verdict(probabilities, 0);
    const unsure = verdict(probabilities, this.threshold) === null && best !== null;
    return make('div', {}, make(heading, {}, this.named(probabilities)), unsure && make('p', { class: 'soft' }, sureWords.unsure(defined(this.facts.labels[best]), percent(defined(probabilities[best])), percent(this.threshold))), bars(this.facts.labels, probabilities));
  }

  /** How sure the model has to be, with how that was chosen. */
  private sure(): HTMLElement[] {
    const { threshold } = this.facts;
    const output = make('output', { id: 'sure-now' }, percent(this.threshold));
    const range = make('input', { type: 'range', id: 'sure', min: '0', max: '1', step: '0.005', value: String(threshold.value) });
    range.addEventListener('input', () => {
      this.threshold = range.valueAsNumber;
      output.textContent = percent(this.threshold);
      for (const draw of this.again) draw();
    });
    return [make('details', {}, make('summary', {}, sureWords.title), make('label', { for: 'sure' }, `${sureWords.label}: `), output, range, make('p', { class: 'soft' }, sureWords.chosen(threshold, percent)))];
  }

  private card(): HTMLElement {
    const rows = this.facts.card.flatMap(([name, value]) => [make('dt', {}, name), make('dd', {}, value)]);
    return make('details', {}, make('summary', {}, 'About this model'), make('p', {}, 'It knows the classes named above and nothing else, and it errs.'), make('dl', {}, ...rows));
  }
}

/** The camera, frame by frame: the next one is asked about when the last is answered. */
class Camera {
  readonly button = make('button', { type: 'button' }, 'Use the camera');
  readonly view = make('section', { hidden: true, 'aria-label': 'Camera' });
  private readonly video = make('video', { playsinline: true, muted: true });
  private readonly answer = make('div', { 'aria-live': 'off' });
  private readonly trouble = make('p', { role: 'alert', class: 'warn' });
  private stream: MediaStream | null = null;

  constructor(
    private readonly ask: (frame: ImageBitmap) => Promise<Extract<Said, { id: number }>>,
    private readonly shown: (said: Extract<Said, { id: number }>) => HTMLElement,
  ) {
    this.view.append(this.trouble, this.video, this.answer);
    this.button.addEventListener('click', () => void (this.stream ? this.stop() : this.start()));
    document.addEventListener('visibilitychange', () => document.hidden && this.stop());
  }

  private async start(): Promise<void> {
    this.view.hidden = false;
    // Nothing but the camera and its answer: on a telephone held upright both have to be in sight.
    main.classList.add('live');
    this.trouble.textContent = isSecureContext ? '' : 'Browsers give the camera to pages over https alone. Choose pictures.';
    this.video.hidden = !isSecureContext;
    if (!isSecureContext) return main.classList.remove('live');
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
    } catch (error) {
      const denied = error instanceof DOMException && error.name === 'NotAllowedError';
      this.trouble.textContent = denied ? 'The camera is not allowed here. Allow it in the browser’s bar, or choose pictures.' : 'No camera was found. Choose pictures.';
      this.video.hidden = true;
      main.classList.remove('live');
      return;
    }
    this.video.hidden = false;
    this.button.textContent = 'Stop the camera';
    this.video.srcObject = this.stream;
    await this.video.play();
    this.view.scrollIntoView({ block: 'nearest' });
    const { stream } = this;
    while (this.stream === stream && stream) {
      if (this.video.videoWidth > 0) this.answer.replaceChildren(this.shown(await this.ask(await createImageBitmap(this.video))));
      // At most ten a second: more nobody reads.
      await new Promise((go) => setTimeout(go, 100));
    }
  }

  private stop(): void {
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
    main.classList.remove('live');
    this.view.hidden = true;
    this.button.textContent = 'Use the camera';
    this.answer.replaceChildren();
  }
}

/** From now on the page opens without a connection, where its host and the browser allow it. */
async function keepOffline(): Promise<void> {
  try {
    await navigator.serviceWorker.register(new URL('./sw.js', import.meta.url));
    (await navigator.serviceWorker.ready).active?.postMessage('keep');
  } catch {
    // Over http, or in a frame that keeps nothing, it stays a page for whoever is connected.
  }
}

async function start(): Promise<void> {
  const response = await fetch(new URL('./page.json', import.meta.url));
  if (!response.ok) throw new Error(`page.json answered ${response.status}`);
  new Page((await response.json()) as PageFacts);
}

start().catch(() => {
  main.append(make('p', { class: 'warn', role: 'alert' }, 'A file of this page, page.json, could not be loaded. Reload the page.'));
});
