import { parquetWriteBuffer } from 'hyparquet-writer';

/** A parquet file of texts as `datasets` writes it: a column `sentence`, and a class of each by its place among `names`. */
export const classTable = (rows: readonly (readonly [text: string, label: number])[], names: readonly string[]): Uint8Array =>
  new Uint8Array(
    parquetWriteBuffer({
      columnData: [
        { name: 'sentence', data: rows.map(([text]) => text), type: 'STRING' },
        { name: 'label', data: rows.map(([, label]) => BigInt(label)), type: 'INT64' },
      ],
      kvMetadata: [{ key: 'huggingface', value: JSON.stringify({ info: { features: { sentence: { dtype: 'string', _type: 'Value' }, label: { names, _type: 'ClassLabel' } } } }) }],
    }),
  );
