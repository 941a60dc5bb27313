/** A study whose experiments each take some seconds on a processor. */
export const studyGrid = { model: 'vit-nano', data: 'fashion-mnist', methods: [{ method: 'lora', r: 2 }, 'linear_probe'], seeds: [0, 1], train: { steps: 30, batch: 4, train_limit: 40, test_limit: 20, checkpoint_every: 5 } };
