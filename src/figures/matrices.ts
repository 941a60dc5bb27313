import type { MatrixShapes, MethodShapes, NamedShape } from '../adapters/shapes.meta';

/** A rectangle of the picture of a method's matrices: the weight, what learns, or what is fixed. */
export interface Piece {
  kind: 'weight' | 'learns' | 'fixed';
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A tensor of the picture, in the order from left to right. */
export interface Drawn extends NamedShape {
  kind: 'learns' | 'fixed';
  /** All matrices have it in common; each may read a part of it. */
  common: boolean;
}

export interface MatricesPicture {
  pieces: readonly Piece[];
  drawn: readonly Drawn[];
  width: number;
  height: number;
  /** Nothing is drawn thicker, shorter or fewer times than it is. */
  toScale: boolean;
}

/** Length of the weight's longer side, least thickness of a line, longest side, and how many of a stack are drawn. */
const [SIDE, THIN, LONGEST, STACK] = [96, 3, 128, 4];
const GAP = 14;
/** Offset of each further one of a stack. */
const BEHIND = 5;

/** Rows and columns as drawn, and how many lie behind one another: vectors as long as the output stand upright. */
function faceOf(shape: readonly number[], out: number): { rows: number; columns: number; stack: number } {
  const [columns = 1, rows = 1, ...stack] = shape.toReversed();
  if (shape.length < 3 && rows === 1 && columns === out) return { rows: columns, columns: 1, stack: 1 };
  return { rows, columns, stack: stack.reduce((product, size) => product * size, 1) };
}

const asDrawn = (kind: Drawn['kind'], common: boolean, tensors: readonly NamedShape[] = []): Drawn[] => tensors.map((one) => ({ ...one, kind, common }));

/** Rectangles of a matrix of one size and of all that a method has on it, and in common with others, in one scale; of a method on no matrix, of what learns. */
export function matricesPicture({ common, shared, weights }: Pick<MethodShapes, 'common' | 'shared' | 'weights'>, of: MatrixShapes | null): MatricesPicture {
  const own = [...asDrawn('learns', false, of?.trained), ...asDrawn('learns', of !== null, common), ...asDrawn('learns', false, weights), ...asDrawn('fixed', false, of?.fixed), ...asDrawn('fixed', true, shared)];
  return of ? laidOut(own, of) : laidOut(own, { in: 0, out: Math.max(1, ...own.flatMap(({ shape }) => shape)) });
}

function laidOut(own: readonly Drawn[], of: Pick<MatrixShapes, 'in' | 'out'>): MatricesPicture {
  const scale = SIDE / Math.max(of.in, of.out);
  // As in the formulas: what is as high as the output stands first, what is as wide as the input last.
  const place = ({ shape, common }: Drawn): number => {
    const { rows, columns } = faceOf(shape, of.out);
    if (rows === of.out || (common && rows > columns)) return 0;
    return columns === of.in || (common && columns > rows) ? 2 : 1;
  };
  const drawn = own.toSorted((a, b) => place(a) - place(b));
  const pieces: Piece[] = of.in > 0 ? [{ kind: 'weight', x: 1, y: 1, width: of.in * scale, height: of.out * scale }] : [];
  let toScale = true;
  let x = of.in > 0 ? 1 + of.in * scale + GAP : 1;
  let height = of.in > 0 ? of.out * scale : THIN;
  for (const { kind, shape, count } of drawn) {
    const face = faceOf(shape, of.out);
    const [width, tall] = [face.columns, face.rows].map((size) => Math.min(LONGEST, Math.max(THIN, size * scale))) as [number, number];
    const copies = Math.min(STACK, face.stack * count);
    toScale &&= copies === face.stack * count && Math.abs(width - face.columns * scale) + Math.abs(tall - face.rows * scale) < 1e-9;
    for (let i = copies - 1; i >= 0; i--) pieces.push({ kind, x: x + i * BEHIND, y: 1 + i * BEHIND, width, height: tall });
    x += width + (copies - 1) * BEHIND + GAP;
    height = Math.max(height, tall + (copies - 1) * BEHIND);
  }
  return { pieces, drawn, width: x - GAP + 1, height: height + 2, toScale };
}
