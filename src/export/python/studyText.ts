import { plain } from '../cardText';

export interface StudyFacts {
  /** Subject of the study, in words. */
  study: string;
  experiments: number;
  /** The images lie in the folder, as texts always do. */
  packed: boolean;
  /** It is of texts. */
  texts: boolean;
  /** Hub id of the base model; null where it lies in the folder. */
  base: string | null;
}

/** Where images are files, a script takes their folder from outside, or from beside run.py. */
const data = ({ packed }: StudyFacts): string => (packed ? '' : ' ${DATA:+--data "$DATA"}');
const whereData = ({ packed }: StudyFacts, otherwise: string): string => (packed ? '' : `# The images are no part of this folder: put them into images/ beside this file${otherwise}\n`);

/** What Slurm scripts begin with. No partition, account, memory or number of processors is asked for: clusters have their own. */
const slurmHead = (tasks: number): string => `#!/bin/bash
#SBATCH --job-name=fullrank-study
#SBATCH --array=0-${Math.max(0, tasks - 1)}
#SBATCH --gres=gpu:1
#SBATCH --time=04:00:00
#SBATCH --signal=USR1@120
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output=slurm-%A_%a.txt
# What the cluster wants besides, with one # less or on the command line (sbatch --gres=none where there is no card):
##SBATCH --partition=PARTITION --account=ACCOUNT
##SBATCH --cpus-per-task=4 --mem=16G
`;

/** What they end with. Code 75 says that there is a checkpoint and the time was up, as it is two minutes before its end. */
const slurmTail = (run: string, also = ''): string => `set -uo pipefail
cd "\${SLURM_SUBMIT_DIR:-.}"
code=0
srun \${SLURM_CPUS_PER_TASK:+--cpus-per-task="$SLURM_CPUS_PER_TASK"} ${run} || code=$?
if [ "$code" = 75 ]; then scontrol requeue "$SLURM_JOB_ID"; fi
${also}exit "$code"
`;

/** A Slurm script for run.py: one task an experiment. */
const slurm = (facts: StudyFacts): string => `${slurmHead(facts.experiments)}# sbatch slurm.sh, in this folder: each task runs the experiment of its number. One that has a result ends at once, and one that was
# cut off goes on from its checkpoint.
${whereData(facts, ', or say where they are: DATA=/folder sbatch slurm.sh')}# source .venv/bin/activate   # or: module load python cuda; whatever has what requirements.txt names
${slurmTail(`python -u run.py "$SLURM_ARRAY_TASK_ID"${data(facts)}`)}`;

/** A Slurm script for the project's own command, which knows every method: its tasks are workers that take what nobody has. */
const slurmFullrank = (facts: StudyFacts, all: number): string => `${slurmHead(Math.min(4, all))}# sbatch slurm-fullrank.sh, in this folder: its tasks share the ${all} experiments, of which each takes the next that nobody has, so that
# sbatch --array=0-9 slurm-fullrank.sh has ten workers. fullrank study status . says who has what.
# Where the data are not where study.json says: DATA=/folder sbatch slurm-fullrank.sh
# module load nodejs   # Node 20 or newer, a Vulkan driver, and: npm install fullrank webgpu sharp
# export FULLRANK="apptainer run --nv fullrank.sif"   # or in a container, made of the Containerfile beside this file
${slurmTail(`\${FULLRANK:-npx fullrank} study run .${facts.base === null ? ' --model base' : ''} \${DATA:+--data "$DATA"}`, '# Others work on the rest, and this task has nothing left to do.\nif [ "$code" = 3 ]; then code=0; fi\n')}`;

/** A container with the command, Vulkan's loader and Mesa's drivers; a card's own driver comes from its node. */
const containerfile = `# podman build -t fullrank . && podman run --device nvidia.com/gpu=all -v "$PWD:/study" fullrank    (docker: --gpus all)
# apptainer build fullrank.sif docker-daemon:fullrank:latest, for slurm-fullrank.sh
FROM docker.io/library/node:22-trixie-slim
RUN apt-get update && apt-get install -y --no-install-recommends libvulkan1 mesa-vulkan-drivers libx11-6 libxext6 libegl1 && rm -rf /var/lib/apt/lists/*
# The Vulkan part of NVIDIA's driver is among what it calls graphics.
ENV NVIDIA_VISIBLE_DEVICES=all NVIDIA_DRIVER_CAPABILITIES=compute,graphics,utility
RUN npm install --global fullrank webgpu sharp
WORKDIR /study
ENTRYPOINT ["fullrank"]
CMD ["study", "run", "."]
`;

/** A task of SkyPilot, whose nodes share the experiments; sky.sh launches it. */
const skypilot = (facts: StudyFacts): string => `${whereData(facts, '')}name: fullrank-study
resources:
  accelerators: {L4: 1, A10G: 1, T4: 1}
num_nodes: 1
workdir: .
setup: pip install -r requirements.txt
run: python -u run.py all --shard $((SKYPILOT_NODE_RANK + 1))/$SKYPILOT_NUM_NODES
`;

/** Launches it, brings results back on the way and at its end, and gives the machines back once they are here. */
const skyScript = `#!/bin/bash
# bash sky.sh [NODES]: all experiments on machines of SkyPilot. The same command goes on where an earlier one was cut off.
set -euo pipefail
cd "$(dirname "$0")"
nodes=\${1:-1}
cluster=fullrank-$(basename "$PWD" | tr -cd 'a-z0-9' | head -c 20)
bring() {
  for ((node = 0; node < nodes; node++)); do
    host=$cluster; if [ "$node" -gt 0 ]; then host=$cluster-worker$node; fi
    for part in results adapters; do
      mkdir -p "$part"
      rsync -a --ignore-missing-args "$host:sky_workdir/$part/" "$part/"
    done
  done
}
(while sleep 300 > /dev/null 2>&1; do bring || true; done) &
trap "kill $!" EXIT
code=0
sky launch --yes --cluster "$cluster" --num-nodes "$nodes" sky.yaml || code=$?
bring
sky down --yes "$cluster"
exit "$code"
`;

/** Runs a study as a job of the hub, by way of a private repository that it is brought to and back from. */
const hubScript = (facts: StudyFacts): string => `#!/bin/bash
# HF_TOKEN=... bash hf-jobs.sh OWNER/NAME [FLAVOR]: all experiments as a job of the hub. OWNER/NAME, a private data set that is made
# for it, holds this folder and what comes of it. The same command goes on where an earlier job was cut off.
${whereData(facts, '')}set -euo pipefail
cd "$(dirname "$0")"
repository=\${1:?OWNER/NAME}
flavor=\${2:-t4-small}
bring() {
  for part in results adapters; do hf download "$repository" --repo-type dataset --include "$part/*" --local-dir .; done
}
hf upload "$repository" . . --repo-type dataset --private
code=0
hf jobs run --flavor "$flavor" --timeout 4h --secrets HF_TOKEN --env REPOSITORY="$repository" ghcr.io/astral-sh/uv:python3.12-bookworm bash -c '
  hub() { uvx --from huggingface_hub hf "$@" --repo-type dataset; }
  push() { for part in results adapters; do if [ -d "$part" ]; then hub upload "$REPOSITORY" "$part" "$part"; fi; done; }
  hub download "$REPOSITORY" --local-dir study && cd study || exit 1
  (while sleep 300 > /dev/null 2>&1; do push; done) &
  uv run run.py all; code=$?
  kill $!; push
  exit "$code"' || code=$?
bring
echo "$(grep -lsE '"status": ?"success"' results/*.json | wc -l) of ${facts.experiments} experiments have a result in results/"
exit "$code"
`;

/** Files that run a study on clusters and clouds, by their names; `all` counts the experiments that run.py does not know, too. */
export const scripts = (facts: StudyFacts, all: number): Record<string, string> => ({
  'slurm.sh': slurm(facts),
  'slurm-fullrank.sh': slurmFullrank(facts, all),
  Containerfile: containerfile,
  'sky.yaml': skypilot(facts),
  'sky.sh': skyScript,
  'hf-jobs.sh': hubScript(facts),
});

const command = ({ packed }: StudyFacts, what: string): string => `python run.py ${what}${packed ? '' : ' --data FOLDER'}`;

/** README.md of a study that runs elsewhere. Names from outside are plain text in it, and stand in no command. */
export const studyReadme = (facts: StudyFacts): string => `# A study on ${plain(facts.study)}

${facts.experiments} experiments of Fullrank that run with PyTorch, transformers and PEFT, and need nothing else of it.

\`\`\`sh
pip install -r requirements.txt
python run.py --list
${command(facts, 'all')}
accelerate launch --num_processes 2 ${command(facts, '0').replace('python ', '')}
\`\`\`

Where there is [uv](https://docs.astral.sh/uv/), \`uv run ${command(facts, 'all').replace('python ', '')}\` installs what the file's own head names. Each experiment leaves \`results/METHOD--NAME.json\`, and one that has a result is not run again. One that is interrupted (Ctrl-C, SIGTERM, SIGUSR1) ends after its step, and the same command goes on from its checkpoint with the same numbers; \`--checkpoint-every N\` writes one on the way. Several machines take \`--shard 1/3\`, \`2/3\` and \`3/3\` of \`all\`, and their results only need to be put into one folder.

| where | command | what it does |
|---|---|---|
| Slurm | \`sbatch slurm.sh\` | a task for each experiment, which asks to be queued again when its time is up |
| Slurm, all methods of Fullrank | \`sbatch slurm-fullrank.sh\` | tasks that share the experiments through this folder; \`Containerfile\` is for a node with Vulkan |
| SkyPilot | \`bash sky.sh 2\` | launches two machines, brings the results back, gives the machines back |
| Hugging Face Jobs | \`bash hf-jobs.sh OWNER/NAME\` | sends this folder to a private data set, runs it as a job, brings the results back |

${facts.texts ? 'The texts lie in `texts.safetensors` as the tokens that the model reads, each cut as the study has it, with their labels: no tokenizer is needed.' : facts.packed ? 'The images lie in `images.safetensors`.' : '`FOLDER` holds the images under the names that `images.json` lists. Each is compared with the hash of its pixels.'} ${facts.base === null ? 'The base model lies in `base/`.' : `The base model is ${plain(facts.base)} on the Hugging Face hub.`} Each experiment starts from the weights beside its settings, with its ${facts.texts ? 'texts' : 'images'} in their order: sums are added in another order, ${facts.texts ? 'dropout of an adapter is' : 'dropout and augmentation are'} drawn by another generator, and all else is the same.${facts.texts ? ' Dropout that config.json asks for in the base model is left out, here as there.' : ''} \`fullrank study import FOLDER --from THIS\` takes the results back, marked by the device that they were measured on.
`;
