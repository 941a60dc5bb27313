import { records } from './records';
import type { Parser } from './parser';
import { data } from './tables';
import { weights } from './weights';

/** Every parser below the page and the command line. ONNX files are written here, and none is read. */
export const parsers: Parser[] = [...weights, ...data, ...records];
