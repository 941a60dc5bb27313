/** Three lines of mathematics on rank. */
export const formulaWords = {
  product: 'rank(B A) ≤ r',
  ofProduct: 'LoRA: two factors of 128 × r and r × 128, 256 r numbers, r directions of its own choice.',
  sum: 'rank(Σᵢ Bᵢ Λᵢ A Γᵢ) ≤ n r, and n r ≥ 128',
  ofSum: 'RandLoRA: n bases of rank r, n (r + 128) numbers, every direction.',
  nearest: 'min ‖B A − target‖² = σᵣ₊₁² + … + σ₁₂₈²',
  ofNearest: 'The best that rank r can do leaves out the smallest singular values σ (Eckart and Young). If they are small, little is lost; if all are alike, r of 128 are gained.',
};
