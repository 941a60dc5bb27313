// Fine-tunes a vision transformer in a page: ?model=OWNER/NAME&data=OWNER/NAME, and &endpoint=URL for a mirror of the hub.
import { AutoModelForImageClassification, get_peft_model, load_dataset, RandLoraConfig, Trainer } from 'fullrank';

const { model, data, endpoint } = Object.fromEntries(new URLSearchParams(location.search));
const say = (what) => document.querySelector('pre').append(`${JSON.stringify(what)}\n`);
const base = await AutoModelForImageClassification.from_pretrained(model, { endpoint, progress_callback: ({ status }) => status === 'ready' && say({ status }) });
const peft = get_peft_model(base, new RandLoraConfig({ r: 8, modules_to_save: ['classifier'] }));
const trainer = new Trainer({ model: peft, args: { max_steps: 10, per_device_train_batch_size: 8, test_limit: 50 }, train_dataset: await load_dataset(data, { endpoint }) });
say(await trainer.plan()); // parameters and bytes by role, before anything is allocated
for await (const log of trainer.train()) say(log);
const merged = await peft.merge_and_unload();
say({ ...(await trainer.evaluate()), merged: (await merged.save_pretrained()).map(({ path }) => path) });
