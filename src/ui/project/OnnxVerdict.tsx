import type { ExportVerdict } from '../../train/protocol';
import { Sign } from '../kit/controls/Sign';
import css from '../core/parts/exportSheet.module.css';
import { exportWords } from '../core/words/export';

/** Verdict on whether the exported ONNX computes what the engine computes, in a sign, in words and in numbers; and what became of it. */
export function OnnxVerdict({ verdict: { ok, images, top1, text }, after }: { verdict: ExportVerdict; after: string }) {
  return (
    <div className={`${css.verdict} ${ok ? '' : css.bad}`}>
      <p>
        <Sign name={ok ? 'ok' : 'err'} />
        <strong>{ok ? exportWords.right : exportWords.wrong}</strong> {exportWords.agree(Math.round(top1 * images), images)}
      </p>
      <p>{text}</p>
      <p>{after}</p>
    </div>
  );
}
