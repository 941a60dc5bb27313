// The training worker: the studio behind comlink. Everything of weight is in studio.ts, which runs anywhere.
import { expose } from 'comlink';
import { Studio } from './studio';

expose(new Studio(navigator.gpu, new URL(import.meta.env.BASE_URL, self.location.origin).href, self.isSecureContext));
