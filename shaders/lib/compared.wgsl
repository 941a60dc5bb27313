// Whether pair j is in the sums of pair i in the contrastive loss: itself, and pairs of other labels that count.
fn compared(i: u32, j: u32) -> bool {
  return i == j || (labels[i] != labels[j] && labels[i] < 0x80000000u && labels[j] < 0x80000000u);
}
