/** Chance, forked by label: drawing for one purpose never moves another's. */
export interface Random {
  /** In [0, 1). */
  draw(label: string): number
}
