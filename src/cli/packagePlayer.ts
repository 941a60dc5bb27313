// The package `fullrank/player` in Node (packageIndex.ts).
import './inNode';
import { platform } from '../api/platform';
import { usePlaces } from '../player/device';

usePlaces({ gpu: () => platform().gpu(), processor: () => platform().processor(false) });

export * from '../swap';
