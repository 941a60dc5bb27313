import { plain } from '../cardText';

export interface StudyFacts {
  /** Subject of the study, in words. */
  study: string;
  experiments: number;
  /** The images lie in the folder. */
  packed: boolean;
  /** Hub id of the base model; null where it lies in the folder. */
  base: string | null;
}

const command = ({ packed }: StudyFacts, what: string): string => `python run.py ${what}${packed ? '' : ' --data FOLDER'}`;

/** A Slurm script: one task an experiment. */
export const slurm = (facts: StudyFacts): string => `#!/bin/bash
#SBATCH --job-name=fullrank-study
#SBATCH --array=0-${Math.max(0, facts.experiments - 1)}
#SBATCH --gres=gpu:1
#SBATCH --cpus-per-task=4
#SBATCH --mem=16G
#SBATCH --time=04:00:00
#SBATCH --output=slurm-%A_%a.txt
# sbatch slurm.sh, in this folder: each task runs the experiment of its number, and one that has a result ends at once.
set -euo pipefail
cd "\${SLURM_SUBMIT_DIR:-.}"
${command(facts, '"$SLURM_ARRAY_TASK_ID"')}
`;

/** A task of SkyPilot, which puts the folder on a machine and fetches nothing by itself: \`sky rsync\` brings the results. */
export const skypilot = (facts: StudyFacts): string => `# sky launch -c study sky.yaml, then: rsync -a study:sky_workdir/results/ results/
name: fullrank-study
resources:
  accelerators: {L4: 1, A10G: 1, T4: 1}
workdir: .
setup: pip install -r requirements.txt
run: ${command(facts, 'all')}
`;

/** README.md of a study that runs elsewhere. Names from outside are plain text in it, and stand in no command. */
export const studyReadme = (facts: StudyFacts): string => `# A study on ${plain(facts.study)}

${facts.experiments} experiments of Fullrank that run with PyTorch, transformers and PEFT, and need nothing else of it.

\`\`\`sh
pip install -r requirements.txt
python run.py --list
${command(facts, 'all')}
accelerate launch --num_processes 2 ${command(facts, '0').replace('python ', '')}
\`\`\`

Where there is [uv](https://docs.astral.sh/uv/), \`uv run ${command(facts, 'all').replace('python ', '')}\` installs what the file's own head names. Each experiment leaves \`results/METHOD--NAME.json\`, and one that has a result is not run again, so runs on several machines only need their results put into one folder. On a cluster \`sbatch slurm.sh\`, on clouds \`sky launch sky.yaml\`, and on the hub, with the folder as a repository of one's own:

\`\`\`sh
hf jobs uv run --flavor t4-small --with huggingface_hub https://huggingface.co/datasets/OWNER/NAME/resolve/main/run.py all
\`\`\`

which runs beside the folder where it is mounted or downloaded first (\`hf download OWNER/NAME --repo-type dataset --local-dir .\`).

${facts.packed ? 'The images lie in `images.safetensors`.' : '`FOLDER` holds the images under the names that `images.json` lists. Each is compared with the hash of its pixels.'} ${facts.base === null ? 'The base model lies in `base/`.' : `The base model is ${plain(facts.base)} on the Hugging Face hub.`} Each experiment starts from the weights beside its settings, with its images in their order: sums are added in another order, dropout and augmentation are drawn by another generator, and all else is the same. \`fullrank study import FOLDER --from THIS\` takes the results back, marked by the device that they were measured on.
`;
