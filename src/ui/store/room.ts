import { create } from 'zustand';
import { refusalReply, roomPath, roomReplies, roomState, type Refusal, type RoomDeed, type RoomMessage, type RoomReply, type RoomState } from '../../train/room.meta';
import { dataById, modelById, useCatalog } from './catalog';
import { quietly } from './history';
import { changeSettings, useSettings } from './settings';

/** What this page hears of a class, from the server that it was opened from. */

/** Why the class does not answer as it should: its own word, or nothing is heard of it. */
export type Trouble = Refusal | 'unreachable';

export class RoomTrouble extends Error {
  constructor(readonly trouble: Trouble) {
    super(trouble);
  }
}

/** `trouble` is why the last question had no answer; empty while there is one. */
export const useRoom = create<{ state: RoomState | null; trouble: Trouble | '' }>()(() => ({ state: null, trouble: '' }));

/** One request to the room. Throws RoomTrouble. */
export async function askRoom(code: string, path: (string | number)[], init: RequestInit = {}): Promise<Response> {
  const url = new URL(roomPath(code, ...path), document.baseURI);
  let response: Response;
  try {
    response = await fetch(url, { cache: 'no-store', redirect: 'error', credentials: 'omit', ...init });
  } catch {
    throw new RoomTrouble('unreachable');
  }
  if (response.ok) return response;
  // A server without a class, or something between, has words of its own.
  const { data } = refusalReply.safeParse(await response.json().catch(() => null));
  throw new RoomTrouble(data?.refused ?? (response.status === 404 || response.status === 405 ? 'code' : 'unreachable'));
}

export const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

/** Sends a message; what comes back has the form that it must have. Throws RoomTrouble. */
export async function tellRoom<Deed extends RoomDeed>(code: string, deed: Deed, message: RoomMessage<Deed>, token = '', keepalive = false): Promise<RoomReply<Deed>> {
  const response = await askRoom(code, [deed], { method: 'POST', headers: { 'content-type': 'application/json', ...(token && bearer(token)) }, body: JSON.stringify(message), keepalive });
  const { success, data } = roomReplies[deed].safeParse(await response.json().catch(() => null));
  if (!success) throw new RoomTrouble('unreachable');
  return data as RoomReply<Deed>;
}

/** Why a question had no answer: what nobody has a word for counts as nothing heard. */
export const troubleOf = (error: unknown): Trouble => (error instanceof RoomTrouble ? error.trouble : 'unreachable');

/** Milliseconds between two looks. */
const LOOK = 1000;

/** Looks at the room again and again until it is told to stop; `seen` hears of each state. */
export function watchRoom(code: string, seen: (state: RoomState) => void = () => {}): () => void {
  let timer = 0;
  let over = false;
  let chosen = false;
  const look = async () => {
    try {
      const { success, data } = roomState.safeParse(await (await askRoom(code, [])).json());
      if (!success) throw new RoomTrouble('unreachable');
      if (over) return;
      useRoom.setState({ state: data, trouble: '' });
      chosen ||= chooseShared(data);
      seen(data);
    } catch (error) {
      if (over) return;
      useRoom.setState({ trouble: troubleOf(error) });
    }
    timer = window.setTimeout(() => void look(), LOOK);
  };
  useRoom.setState({ state: null, trouble: '' });
  void look();
  return () => {
    over = true;
    clearTimeout(timer);
  };
}

/** Chooses the model and the data of the class, once they are here: runs are compared on the data that is chosen. False before. */
function chooseShared({ model, data }: RoomState): boolean {
  const catalog = useCatalog.getState();
  if (!modelById(catalog, model) || !dataById(catalog, data)) return false;
  const now = useSettings.getState();
  quietly(() => changeSettings({ ...(model !== now.model && { model, targets: [] }), data }));
  return true;
}
