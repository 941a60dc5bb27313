// Fine-tunes a vision transformer in Node: node node.mjs MODEL DATA, two folders or names.
import { AutoModelForImageClassification, get_peft_model, load_dataset, RandLoraConfig, Trainer } from 'fullrank';
import { write_files } from 'fullrank/node';

const [model, data] = process.argv.slice(2);
const base = await AutoModelForImageClassification.from_pretrained(model);
const peft = get_peft_model(base, new RandLoraConfig({ r: 8, modules_to_save: ['classifier'] }));
const trainer = new Trainer({ model: peft, args: { max_steps: 10, per_device_train_batch_size: 8, test_limit: 50 }, train_dataset: await load_dataset(data) });
console.log(await trainer.plan()); // parameters and bytes by role, before anything is allocated
for await (const log of trainer.train()) console.log(log);
console.log(await trainer.evaluate());
await write_files('adapter', await peft.save_pretrained()); // adapter_config.json and adapter_model.safetensors, as PEFT has them
