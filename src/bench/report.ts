import type { BytesByRole, DeviceReport } from '../train/protocol';

/** One method on one model. */
export interface Entry {
  model: string;
  method: string;
  batch: number;
  /** Trainable parameters of the adapter (all weights for full). */
  parameters: number;
  dispatches: number;
  /** Milliseconds per step: median, smallest and largest of the rounds. */
  ms: { median: number; min: number; max: number };
  /** Against full fine-tuning of the same model in the same run. */
  ratio: { time: number; bytes: number };
  bytes: BytesByRole;
  total_bytes: number;
}

/** What one run of the benchmark measured on one adapter. */
export interface Report {
  /** `node` (Dawn) or `chromium`. */
  where: string;
  adapter: DeviceReport;
  rounds: number;
  entries: Entry[];
}

/** The adapter in one line. */
export const adapterLine = (where: string, about: DeviceReport): string => `${where}: ${[about.vendor, about.architecture, about.description].filter(Boolean).join(' ')}`;

/** The entries of one model as a Markdown table. */
export function table(entries: Entry[], rounds: number): string {
  const head = `\n${entries[0]!.model}, batch ${entries[0]!.batch}, median of ${rounds} steps\n| method | parameters | ms per step (min to max) | time / full | MiB | bytes / full | dispatches |\n|---|---|---|---|---|---|---|`;
  const rows = entries.map(
    (e) =>
      `| ${e.method} | ${e.parameters.toLocaleString('en')} | ${e.ms.median.toFixed(0)} (${e.ms.min.toFixed(0)} to ${e.ms.max.toFixed(0)}) | ${e.ratio.time.toFixed(2)} | ${(e.total_bytes / 2 ** 20).toFixed(2)} | ${e.ratio.bytes.toFixed(2)} | ${e.dispatches} |`,
  );
  return [head, ...rows].join('\n');
}
