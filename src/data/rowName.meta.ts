
/** A row of a table by its file and its place, from 0: what it is known by. */
export const rowName = (path: string, row: number): string => `${path}#${row}`;

/** The file of a row's name and its place as people count, from 1 without the header; null of other names. */
export function rowOf(name: string): { path: string; row: number } | null {
  const [, path, row] = /^(.+\.(?:csv|tsv|jsonl?|ndjson|parquet|txt))#(\d+)$/i.exec(name) ?? [];
  return path === undefined ? null : { path, row: Number(row) + 1 };
}

/** A name for people. */
export function spoken(name: string): string {
  const place = rowOf(name);
  return place ? `${place.path} (row ${place.row})` : name;
}
