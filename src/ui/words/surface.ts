import { say } from '../../language/say';

/** Words of the landscape as a surface. */
export const surfaceWords = {
  scale: say<[what: string]>('Lengths on the ground are to scale, as on the map; height is the {0}.'),
};
