import { formatFixed } from '../../../language/format';
import { t95 } from '../../../numbers/student';
import type { LessonName } from '../names';

/** A line of mathematics, what it says, and the method whose drawing stands beside it. */
export interface FormulaLine {
  formula: string;
  says: string;
  drawing?: 'lora' | 'randlora';
}

const t = (seeds: number): string => formatFixed(t95(seeds - 1), 2);
/** Chance that one of so many independent looks at nothing finds something. */
const oneOf = (looks: number): string => `${formatFixed(100 * (1 - 0.95 ** looks), 0)}\u00a0%`;

/** Three lines of mathematics at the end of a lesson. */
export const formulaWords: Partial<Record<LessonName, FormulaLine[]>> = {
  rank: [
    { formula: 'rank(B A) ≤ r', says: 'LoRA: two factors of 128 × r and r × 128, 256 r numbers, r directions of its own choice.', drawing: 'lora' },
    { formula: 'rank(Σᵢ Bᵢ Λᵢ A Γᵢ) ≤ n r, and n r ≥ 128', says: 'RandLoRA: n bases of rank r, n (r + 128) numbers, every direction.', drawing: 'randlora' },
    { formula: 'min ‖B A − target‖² = σᵣ₊₁² + … + σ₁₂₈²', says: 'The best that rank r can do leaves out the smallest singular values σ (Eckart and Young). If they are small, little is lost; if all are alike, r / 128 of the squared length is gained.' },
  ],
  rates: [
    { formula: 'θ ← θ − η m / √v', says: 'Adam divides the mean gradient m by the root of its mean square v: whatever the size of the gradient, a number that is trained moves by about η a step where its gradients agree in sign, and by less where they do not.' },
    { formula: '|1 − η λ| < 1, so η < 2 / λ', says: 'Plain gradient descent in a bowl of curvature λ multiplies the distance to the bottom by 1 − η λ at each step. A small η hardly moves; beyond 2 / λ each step ends further away. Adam has an edge of this kind as well.' },
    { formula: 'Δ(B A) = ΔB A + B ΔA + ΔB ΔA', says: 'η moves what is trained. That is the weights themselves in full fine-tuning, two factors in LoRA, scalings of fixed matrices in VeRA and RandLoRA: the same η moves the weights by other lengths.' },
  ],
  seeds: [
    { formula: 'm ± t s / √n', says: `The 95 % interval of a mean m over n seeds with standard deviation s. t is ${t(3)} for 3 seeds, ${t(5)} for 5 and ${t(20)} for 20: few seeds do not know s either.` },
    { formula: 'var(a − b) = var(a) + var(b) − 2 cov(a, b)', says: 'What both share on a seed cancels in the difference of a pair, as far as it is shared. Without pairs cov counts as 0, with more degrees of freedom.' },
    { formula: 'P(one or more of k) = 1 − 0.95ᵏ', says: `Of k independent looks at nothing one or more finds something: ${oneOf(1)} with one, ${oneOf(10)} with ten, ${oneOf(55)} with 55. Looks at runs that grow resemble each other, which makes it less, and far more than 5 % all the same.` },
  ],
};
