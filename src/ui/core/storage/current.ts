import type { HubUse } from '../../../train/protocol';
import { readLinked, type LinkedProject } from './linkedProject';

/**
 * The project that is open. Every project has a database and a folder of imports of its own, so opening another one is
 * changing this one entry of the browser's storage, and so is going back.
 */

const key = 'fullrank.project';
export const firstProject = 'first';

/** State to put back when going back to a project; its database and imports stay where they are. */
export interface LeftProject {
  id: string;
  /** As `localStorage` had them. */
  settings: string | null;
  hub: HubUse[];
  from?: LinkedProject;
}

export interface Pointer {
  id: string;
  /** The project before, until it is given up. */
  previous: LeftProject | null;
  how: 'opened' | 'new';
  /** Models and data that the project needs from the hub, not yet asked about. */
  hub: HubUse[];
  /** Online source of the project, if it was opened from one. */
  from?: LinkedProject;
}

const start: Pointer = { id: firstProject, previous: null, how: 'new', hub: [] };
const isId = (value: unknown): value is string => typeof value === 'string' && /^[\w-]{1,80}$/.test(value);
const hubOf = (value: unknown): HubUse[] => (Array.isArray(value) ? (value as HubUse[]).filter((one) => typeof one?.id === 'string' && (one.kind === 'model' || one.kind === 'dataset')) : []);

const fromOf = (value: unknown): { from?: LinkedProject } => {
  const { said, sha256 } = (value ?? {}) as Partial<LinkedProject>;
  const from = typeof said === 'string' && typeof sha256 === 'string' ? readLinked(said, sha256) : null;
  return from ? { from } : {};
};

/** Reads the entry; a damaged one means the first project. */
export function parsePointer(text: string | null): Pointer {
  try {
    const value = JSON.parse(text ?? 'null') as Partial<Pointer> | null;
    if (!isId(value?.id)) return start;
    const previous = isId(value.previous?.id) ? { ...value.previous, hub: hubOf(value.previous.hub), ...fromOf(value.previous.from) } : null;
    return { id: value.id, previous, how: value.how === 'opened' ? 'opened' : 'new', hub: hubOf(value.hub), ...fromOf(value.from) };
  } catch {
    return start;
  }
}

function read(): Pointer {
  try {
    return parsePointer(localStorage.getItem(key));
  } catch {
    return start;
  }
}

let pointer = typeof localStorage === 'undefined' ? start : read();

export const currentProject = (): string => pointer.id;
export const projectPointer = (): Pointer => pointer;

/** False while there is no entry: then nothing is known of other projects. */
export function hasPointer(): boolean {
  try {
    return localStorage.getItem(key) !== null;
  } catch {
    return false;
  }
}

/** Changes the entry. Throws where the browser stores nothing. */
export function setPointer(next: Pointer): void {
  localStorage.setItem(key, JSON.stringify(next));
  pointer = next;
}

/** Calls back when another tab has opened another project. */
export function onOtherProject(callback: () => void): void {
  addEventListener('storage', (event) => {
    if (event.key === key && read().id !== pointer.id) callback();
  });
}
