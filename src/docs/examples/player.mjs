// A model with an adapter beside it: node player.mjs MODEL ADAPTER, two folders.
import { load_dataset } from 'fullrank';
import { folderTree } from 'fullrank/node';
import { openPlayer } from 'fullrank/player';

const [model, adapter] = process.argv.slice(2);
const image = await (await load_dataset('fashion-mnist')).test.image(0); // in a page also a file, a blob or a bitmap
const player = await openPlayer({ model: await folderTree(model) }); // in a page an address, or an id on the hub
await player.load_adapter(await folderTree(adapter), { adapter_name: 'tuned' });
for (const weight of [0, 0.5, 1]) {
  await player.set_adapter({ tuned: weight }); // W = W0 + weight * delta
  console.log(weight, (await player.classify([image], { top_k: 1 }))[0][0]);
}
console.log(await player.classify([image, image], { adapter_names: ['tuned', '__base__'], top_k: 1 }));
await player.destroy();
process.exit();
